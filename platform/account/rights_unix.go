//go:build unix

package account

import (
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

func uid(info os.FileInfo) uint32 { return info.Sys().(*syscall.Stat_t).Uid }

// Own reports whether this process runs as the account.
func (a Account) Own() bool { return uint32(os.Geteuid()) == a.UID }

// Runs reports whether a process is the account's. It is taken for true when
// this process is too, since the system checks that for us.
func (a Account) Runs(pid int) bool {
	if a.Own() {
		return true
	}
	info, err := os.Stat("/proc/" + strconv.Itoa(pid))
	return err == nil && uid(info) == a.UID
}

// Become lets a program run as the account, with its groups and its
// environment: nothing of ours but the language goes with it. Only root can
// become somebody else.
func (a Account) Become(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	if a.Own() {
		return
	}
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: a.UID, Gid: a.GID, Groups: a.Groups}
	cmd.Env = []string{
		"HOME=" + a.Home, "USER=" + a.Name, "LOGNAME=" + a.Name,
		"PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
	}
	if lang := os.Getenv("LANG"); lang != "" {
		cmd.Env = append(cmd.Env, "LANG="+lang)
	}
}

// Holder returns the number of the account that a file or directory belongs to,
// and its permissions. A link is looked at itself.
func Holder(path string) (owner uint32, mode os.FileMode, err error) {
	info, err := os.Lstat(path)
	if err != nil {
		return 0, 0, err
	}
	return uid(info), info.Mode(), nil
}
