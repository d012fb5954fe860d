package commands

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"jump/cmd/jump/internal/apiclient"
	"jump/cmd/jump/internal/channel"
	"jump/platform/tty"
	"jump/transport/wire"
)

// The exit statuses. They are a contract with scripts.
const (
	exitOK          = 0
	exitError       = 1
	exitUsage       = 2
	exitDenied      = 3
	exitNoClient    = 4
	exitUnreachable = 5
	exitInterrupted = 130 // 128 + SIGINT, as shells have it
)

func exitCodes() *cobra.Command {
	return &cobra.Command{
		Use:   "exit-codes",
		Short: "The statuses with which jump ends",
		Long: `The statuses with which jump ends:

    0  done
    1  an error that has no status of its own
    2  the command line was not understood
    3  not signed in, or a right is missing
    4  there is no such client, or the name means more than one
    5  the client cannot be reached: offline, disabled, uninstalled, or lost
  130  interrupted (Ctrl-C)

"jump exec" and "jump shell" end with the status of the program that ran; 128+n
where signal n ended it. If jump itself fails there, the statuses above apply and
standard error ends with a line that begins with "jump: ".

An error is one sentence, a hint, and a code in brackets that never changes. With
--json it is an object with "message", "hint", "code" and "exit", on standard error.`,
	}
}

// failure is an error as a person, or a script, is told of it.
type failure struct {
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Code    string `json:"code"`
	Exit    int    `json:"exit"`
}

func (f *failure) Error() string { return f.Message }

// programEnded carries the exit status of a program that ran on a client.
type programEnded int

func (e programEnded) Error() string { return fmt.Sprintf("the program ended with status %d", int(e)) }

// misuse says that the command line was not understood.
func misuse(cmd *cobra.Command, err error) error {
	return &failure{err.Error(), fmt.Sprintf("See: %s --help", cmd.CommandPath()), "usage", exitUsage}
}

// usage makes a check of arguments end with the status for misuse.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return misuse(cmd, err)
		}
		return nil
	}
}

// report tells of an error and returns the exit status.
func (a *app) report(err error) int {
	if err == nil {
		return exitOK
	}
	if status, ok := errors.AsType[programEnded](err); ok {
		return int(status)
	}
	f := explain(err)
	if a.json {
		b, _ := json.Marshal(f) // strings and a number only
		fmt.Fprintf(a.err, "%s\n", tty.PlainJSON(b))
	} else {
		fmt.Fprintf(a.err, "jump: %s [%s]\n", plain(strings.TrimSpace(sentence(f.Message)+" "+f.Hint)), plain(f.Code))
	}
	return f.Exit
}

// sentence ends s with a full stop.
func sentence(s string) string {
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") {
		return s
	}
	return s + "."
}

// explain finds out what an error means to whoever runs the command.
func explain(err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	if p, ok := errors.AsType[*apiclient.Problem](err); ok {
		return &failure{p.Error(), p.Hint, cmp.Or(string(p.Code), fmt.Sprintf("http_%d", p.Status)), problemExit(p)}
	}
	if r, ok := errors.AsType[*wire.Refused](err); ok {
		return &failure{strings.TrimSuffix(r.Text, "."), r.Hint, string(r.Code), codeExit(r.Code)}
	}
	if e, ok := errors.AsType[*channel.Ended](err); ok {
		return &failure{e.Error(), "", string(e.Code), codeExit(e.Code)}
	}
	if n, ok := errors.AsType[*apiclient.NotFound](err); ok {
		return explainNotFound(n)
	}
	return explainLocal(err)
}

// explainLocal covers what went wrong before a site could answer.
func explainLocal(err error) *failure {
	switch {
	case errors.Is(err, apiclient.ErrNotSignedIn):
		return &failure{err.Error(), "Run: jump login URL, or set JUMP_SITE and JUMP_TOKEN.", "not_signed_in", exitDenied}
	case apiclient.IsUntrusted(err):
		return &failure{err.Error(), "If the site has its own authority, set JUMP_CA to its ca.pem, or run: jump login URL", "untrusted_site", exitError}
	case apiclient.IsWrongCertificate(err):
		return &failure{err.Error(), "Is this the right address, and is the clock of this computer right?", "untrusted_site", exitError}
	case errors.Is(err, context.Canceled):
		return &failure{"interrupted", "", "interrupted", exitInterrupted}
	case errors.Is(err, context.DeadlineExceeded):
		return &failure{err.Error(), "Try again.", "timeout", exitError}
	case strings.HasPrefix(err.Error(), "unknown command "):
		// cobra has no type for it.
		return &failure{firstLine(err.Error()), "See: jump --help", "usage", exitUsage}
	}
	return &failure{Message: err.Error(), Code: "error", Exit: exitError}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func explainNotFound(n *apiclient.NotFound) *failure {
	if len(n.Candidates) == 0 {
		return &failure{n.Error(), "See: jump list", string(wire.CodeClientGone), exitNoClient}
	}
	var names []string
	for _, c := range n.Candidates {
		names = append(names, fmt.Sprintf("%s (%s)", c.ID, c.Name))
	}
	return &failure{n.Error(), "Use one of the ids: " + strings.Join(names, ", "), "ambiguous", exitNoClient}
}

// codeExit is the exit status of a code that the site or the endpoint gave.
func codeExit(code wire.Code) int {
	switch code {
	case wire.CodeClientGone:
		return exitNoClient
	case wire.CodeDenied:
		return exitDenied
	case wire.CodeClientOffline, wire.CodeUninstalled, wire.CodeNotConnected, wire.CodeTimeout,
		wire.CodeDisabled, wire.CodeOtherVersion, wire.CodeRestarting, wire.CodeRemoved:
		return exitUnreachable
	}
	return exitError
}

func problemExit(p *apiclient.Problem) int {
	if p.Status == 401 || p.Status == 403 {
		return exitDenied
	}
	return codeExit(p.Code)
}
