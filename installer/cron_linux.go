package installer

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"jump/platform/account"
)

// cronLine starts a client when the computer boots, in the table of its user
// (crontab(5)). Its end says whose it is. A percent sign would end the command.
func cronLine(dir string) string {
	command := strings.ReplaceAll(shellQuote(filepath.Join(dir, initScriptName)), "%", `\%`)
	return fmt.Sprintf("@reboot %s start # %s", command, ServiceName(dir))
}

func cronBeginning(b beginning, dir string, owner account.Account) (beginning, error) {
	if _, err := exec.LookPath("crontab"); err != nil {
		return b, noBoot(dir)
	}
	b.register = []Step{{
		Name: "start it at boot by a line in the crontab of " + owner.Name,
		Do:   func(ctx context.Context) error { return editCron(ctx, owner, dir, cronLine(dir)) },
		Undo: func(ctx context.Context) error { return editCron(ctx, owner, dir, "") },
	}}
	return b, nil
}

// dropCron is a step only where there is something to drop.
func dropCron(dir string, owner account.Account) Step {
	table, err := readCron(context.Background(), owner)
	if err != nil || without(table, dir) == table {
		return Step{}
	}
	return Step{
		Name: "remove the line from the crontab of " + owner.Name,
		Do:   func(ctx context.Context) error { return editCron(ctx, owner, dir, "") },
	}
}

// editCron puts line in the place of the client's own, or none.
func editCron(ctx context.Context, owner account.Account, dir, line string) error {
	table, err := readCron(ctx, owner)
	if err != nil {
		return err
	}
	fresh := without(table, dir)
	if line != "" {
		fresh += line + "\n"
	}
	args := []string{"-"}
	if fresh == "" {
		args = []string{"-r"}
	}
	if fresh == table {
		return nil
	}
	cmd := cron(ctx, owner, args...)
	cmd.Stdin = strings.NewReader(fresh)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("crontab: %w: %s", err, bytes.TrimSpace(out))
	}
	return nil
}

// without returns a table without the line of the client in dir.
func without(table, dir string) string {
	var out strings.Builder
	for line := range strings.Lines(table) {
		if !strings.HasSuffix(strings.TrimRight(line, "\n"), "# "+ServiceName(dir)) {
			out.WriteString(line)
		}
	}
	return out.String()
}

// readCron returns a user's table, "" if there is none or no cron.
func readCron(ctx context.Context, owner account.Account) (string, error) {
	if _, err := exec.LookPath("crontab"); err != nil {
		return "", nil
	}
	var said bytes.Buffer
	cmd := cron(ctx, owner, "-l")
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil && strings.Contains(said.String(), "no crontab for") {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("crontab: %w: %s", err, bytes.TrimSpace(said.Bytes()))
	}
	return string(out), nil
}

func cron(ctx context.Context, owner account.Account, args ...string) *exec.Cmd {
	if !owner.Own() {
		args = append([]string{"-u", owner.Name}, args...)
	}
	cmd := exec.CommandContext(ctx, "crontab", args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	return cmd
}
