package linux

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// stub is a client that installs nothing but what a package looks at. It fails
// for the key "refused".
const stub = `#!/bin/sh
word=$1
shift
case $word in
  install)
    [ "$JUMP_KEY_INFO" != refused ] || { echo "the key is refused" >&2; exit 3; }
    for a in "$@"; do
      echo "argument <$a>"
      case $a in --install-dir=*) dir=${a#*=} ;; esac
    done
    echo "key <$JUMP_KEY_INFO>${JUMP_PROXY:+ proxy <$JUMP_PROXY>}"
    mkdir "$dir" "$dir/state"
    cp "$0" "$dir/jumpclient"
    printf '#!/bin/sh\necho "init-script $1"\n' >"$dir/init-script"
    printf '#!/bin/sh\necho uninstall\nrm -r "${0%%/*}"\n' >"$dir/uninstall"
    chmod 755 "$dir/init-script" "$dir/uninstall" ;;
  version) echo VERSION ;;
esac
`

func sample(version string) Package {
	return Package{Arch: X64, Version: version, Time: time.Unix(1767225600, 0), Program: []byte(strings.ReplaceAll(stub, "VERSION", version))}
}

// made are the packages that were made already, by file and version.
var made sync.Map

// save writes a package into a folder of its own and returns its path.
func save(t *testing.T, file, version string, write func(context.Context, io.Writer) error) string {
	t.Helper()
	body, known := made.Load(file + version)
	if !known {
		var out bytes.Buffer
		if err := write(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		body, _ = made.LoadOrStore(file+version, out.Bytes())
	}
	path := filepath.Join(t.TempDir(), file)
	if err := os.WriteFile(path, body.([]byte), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// tool runs a program of the system that reads packages.
func tool(t *testing.T, words ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
	cmd.Env = append(os.Environ(), "TZ=UTC", "LC_ALL=C")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%q: %v: %s", words, err, out)
	}
	return string(out)
}

func TestPackageVersion(t *testing.T) {
	for semver, want := range map[string]string{
		"1.2.3": "1.2.3", "1.0.0-rc.1": "1.0.0~rc.1", "1.0.0-a-b+c-d": "1.0.0~a.b+c.d",
	} {
		if got := packageVersion(semver); got != want {
			t.Errorf("%s: %s, want %s", semver, got, want)
		}
	}
}

func TestReproduciblePackages(t *testing.T) {
	p := sample("1.0.0")
	for _, write := range []func(context.Context, io.Writer) error{p.WriteDeb, p.WriteRPM} {
		var a, b bytes.Buffer
		if err := write(t.Context(), &a); err != nil {
			t.Fatal(err)
		}
		if err := write(t.Context(), &b); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("they differ, %v", err)
		}
	}
}

func TestDeb(t *testing.T) {
	path := save(t, "x.deb", "1.0.0-rc.1", sample("1.0.0-rc.1").WriteDeb)
	for _, want := range []string{"Package: jumpclient", "Version: 1.0.0~rc.1", "Architecture: amd64", "Section: admin"} {
		if got := tool(t, "dpkg-deb", "-I", path); !strings.Contains(got, want) {
			t.Errorf("%q is not in %s", want, got)
		}
	}
	want := fmt.Sprintf(`drwxr-xr-x root/root         0 2026-01-01 00:00 ./usr/
drwxr-xr-x root/root         0 2026-01-01 00:00 ./usr/lib/
drwxr-xr-x root/root         0 2026-01-01 00:00 ./usr/lib/jumpclient/
-rwxr-xr-x root/root %9d 2026-01-01 00:00 ./usr/lib/jumpclient/jumpclient
-rwxr-xr-x root/root %9d 2026-01-01 00:00 ./usr/lib/jumpclient/setup
`, len(sample("1.0.0-rc.1").Program), len(setup))
	if got := tool(t, "dpkg-deb", "-c", path); got != want {
		t.Errorf("contents:\n%swant:\n%s", got, want)
	}
}

func TestRPM(t *testing.T) {
	path := save(t, "x.rpm", "1.0.0-rc.1", sample("1.0.0-rc.1").WriteRPM)
	if got := tool(t, "rpm", "-qp", "--qf", "%{NAME} %{VERSION} %{RELEASE} %{ARCH} %{OS} %{BUILDTIME}", path); got != "jumpclient 1.0.0~rc.1 1 x86_64 linux 1767225600" {
		t.Errorf("%s", got)
	}
	got := tool(t, "rpm", "-qp", "--qf", "[%{FILENAMES} %{FILEMODES:perms} %{FILEUSERNAME}\n]", path)
	if want := "/usr/lib/jumpclient/jumpclient -rwxr-xr-x root\n/usr/lib/jumpclient/setup -rwxr-xr-x root\n"; got != want {
		t.Errorf("contents: %s", got)
	}
	if got := tool(t, "rpm", "-qp", "--scripts", path); !strings.Contains(got, "postinstall scriptlet (using /bin/sh):") || !strings.Contains(got, rpmPreun) {
		t.Errorf("scripts: %s", got)
	}
	tool(t, "rpm", "-K", "--nosignature", path)
}

// TestARM64: both formats have words of their own for the other processor.
func TestARM64(t *testing.T) {
	p := sample("1.0.0")
	p.Arch = ARM64
	if got := tool(t, "dpkg-deb", "-f", save(t, "x.deb", "arm64", p.WriteDeb), "Architecture"); got != "arm64\n" {
		t.Errorf("deb: %q", got)
	}
	if got := tool(t, "rpm", "-qp", "--qf", "%{ARCH}", save(t, "x.rpm", "arm64", p.WriteRPM)); got != "aarch64" {
		t.Errorf("rpm: %q", got)
	}
}

// sandbox runs a script as root of a copy of this computer, which is thrown
// away, and returns what it printed. $PACKAGES is the folder of the files.
func sandbox(t *testing.T, script string, env ...string) string {
	t.Helper()
	const copy = `mount -t tmpfs none "$1" && cd "$1" && mkdir upper work root
mount -t overlay -o lowerdir=/,upperdir=upper,workdir=work none root
mount --rbind /dev root/dev && mount -t proc none root/proc && mount -t tmpfs none root/run
`
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "unshare", "--mount", "sh", "-ec", copy, "sh", dir).CombinedOutput(); err != nil {
		t.Skipf("no copy of this computer without root and overlayfs: %v: %s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), "unshare", "--mount", "sh", "-ec", copy+`exec chroot root sh -c "$2"`, "sh", dir, script)
	cmd.Env = append([]string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive"}, env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

// format is one of the two package managers.
type format struct {
	name                   string
	install, remove, purge string // commands; the first takes a file
	failed                 bool   // a failed setup fails the command
	write                  func(Package) func(context.Context, io.Writer) error
}

var formats = []format{
	{"deb", "dpkg --force-unsafe-io -i", "dpkg -r jumpclient", "dpkg -P jumpclient", true, func(p Package) func(context.Context, io.Writer) error { return p.WriteDeb }},
	{"rpm", "rpm -U --nodeps", "rpm -e jumpclient", "true", false, func(p Package) func(context.Context, io.Writer) error { return p.WriteRPM }},
}

// life is what happens to a package on a computer; quiet hides what the
// package manager says itself.
const life = `quiet() { "$@" 2>&1 | grep -E '^(argument|key|init-script|uninstall|jumpclient:)'; }
has() { [ -e "$1" ] && echo "has $1" || echo "no $1"; }
echo "# without a key"
quiet $INSTALL "$ONE"; has /opt/jumpclient
echo "# with a key"
mkdir /etc/jumpclient; cd /etc/jumpclient
echo thekey >key-info; echo http://u:p@proxy:3128 >proxy; printf '%s\n' '$(touch /pwned) "*'"' -x" >jc-comments; echo group >jc-jump-group
JUMP_JC_TAG='a  b' quiet /usr/lib/jumpclient/setup install; has /pwned
echo "# an upgrade"
touch /opt/jumpclient/state/kept
quiet $INSTALL "$TWO"; has /opt/jumpclient/state/kept; /opt/jumpclient/jumpclient version
echo "# a removal"
quiet $REMOVE; has /opt/jumpclient; has /usr/lib/jumpclient/setup; has /var/lib/jumpclient; has /etc/jumpclient/key-info; rm /etc/jumpclient/proxy
echo "# another directory"
JUMP_INSTALL_DIR='/opt/a b' JUMP_KEY_INFO=other quiet $INSTALL "$ONE"; has '/opt/a b/jumpclient'
quiet $REMOVE; $PURGE >/dev/null 2>&1; has '/opt/a b'
echo "# taken off by its site, and an upgrade"
JUMP_KEY_INFO=last quiet $INSTALL "$ONE" | grep key; rm -r /opt/jumpclient
JUMP_KEY_INFO=last quiet $INSTALL "$TWO"; has /opt/jumpclient
JUMP_KEY_INFO=last quiet /usr/lib/jumpclient/setup install | grep key
`

const lived = `# without a key
jumpclient: no deployment key yet: put it into /etc/jumpclient/key-info and run /usr/lib/jumpclient/setup install
no /opt/jumpclient
# with a key
argument <--mode=service>
argument <--install-dir=/opt/jumpclient>
argument <--jc-jump-group=group>
argument <--jc-tag=a  b>
argument <--jc-comments=$(touch /pwned) "*' -x>
key <thekey> proxy <http://u:p@proxy:3128>
no /pwned
# an upgrade
init-script restart
has /opt/jumpclient/state/kept
2.0.0
# a removal
uninstall
no /opt/jumpclient
no /usr/lib/jumpclient/setup
no /var/lib/jumpclient
has /etc/jumpclient/key-info
# another directory
argument <--mode=service>
argument <--install-dir=/opt/a b>
argument <--jc-jump-group=group>
argument <--jc-comments=$(touch /pwned) "*' -x>
key <other>
has /opt/a b/jumpclient
uninstall
no /opt/a b
# taken off by its site, and an upgrade
key <last>
no /opt/jumpclient
key <last>
`

// TestLife: install, upgrade, remove, with the package managers themselves.
func TestLife(t *testing.T) {
	for _, f := range formats {
		t.Run(f.name, func(t *testing.T) {
			one := save(t, "x."+f.name, "1.0.0", f.write(sample("1.0.0")))
			two := save(t, "x."+f.name, "2.0.0", f.write(sample("2.0.0")))
			got := sandbox(t, life, "INSTALL="+f.install, "REMOVE="+f.remove, "PURGE="+f.purge, "ONE="+one, "TWO="+two)
			if got != lived {
				t.Errorf("got\n%swant\n%s", got, lived)
			}
		})
	}
}

// TestPurge: only Debian knows settings that outlive a package.
func TestPurge(t *testing.T) {
	path := save(t, "x.deb", "1.0.0", sample("1.0.0").WriteDeb)
	got := sandbox(t, `mkdir /etc/jumpclient; echo k >/etc/jumpclient/key-info
dpkg -i "$FILE" >/dev/null; dpkg -P jumpclient >/dev/null; ls -d /etc/jumpclient /opt/jumpclient /usr/lib/jumpclient /var/lib/jumpclient 2>/dev/null
dpkg -i "$FILE" >/dev/null 2>&1; mkdir /etc/jumpclient; touch /etc/jumpclient/mine; dpkg -P jumpclient >/dev/null; ls /etc/jumpclient`, "FILE="+path)
	if got != "mine\n" {
		t.Errorf("left behind: %s", got)
	}
}

// TestKept: a file of somebody else's in our folder does not keep the package.
func TestKept(t *testing.T) {
	path := save(t, "x.deb", "1.0.0", sample("1.0.0").WriteDeb)
	got := sandbox(t, `JUMP_KEY_INFO=k dpkg -i "$FILE" >/dev/null; touch /var/lib/jumpclient/mine
dpkg -r jumpclient >/dev/null 2>&1 && echo removed; ls /var/lib/jumpclient`, "FILE="+path)
	if got != "removed\nmine\n" {
		t.Errorf("%s", got)
	}
}

// TestRefused: who installs learns that it failed. rpm only warns.
func TestRefused(t *testing.T) {
	for _, f := range formats {
		path := save(t, "x."+f.name, "1.0.0", f.write(sample("1.0.0")))
		got := sandbox(t, `out=$(JUMP_KEY_INFO=refused $INSTALL "$FILE" 2>&1); code=$?
echo "$out" | grep -c "the key is refused"; [ $code -eq 0 ] && echo fine || echo failed`, "INSTALL="+f.install, "FILE="+path)
		if want := map[bool]string{true: "1\nfailed\n", false: "1\nfine\n"}[f.failed]; got != want {
			t.Errorf("%s: %s", f.name, got)
		}
	}
}
