package command

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"jump/platform/tty"
	"jump/site/audit"
	"jump/site/auth"
	"jump/site/store"
)

func users(env *Environment) *cobra.Command {
	c := &cobra.Command{Use: "user", Short: "Accounts: add, list, password, remove"}
	var dir string
	dataFlag(c, env, &dir)
	c.AddCommand(userAdd(env, &dir), userList(env, &dir), userPassword(env, &dir), userRemove(&dir))
	return c
}

func userAdd(env *Environment, dir *string) *cobra.Command {
	var role, permissions string
	var stdin bool
	c := &cobra.Command{Use: "add NAME", Short: "Add an account", Args: cobra.ExactArgs(1)}
	c.Flags().StringVar(&role, "role", string(auth.RoleRepresentative), "admin or representative")
	c.Flags().StringVar(&permissions, "permissions", "", "of a representative, separated by commas: "+auth.JoinPermissions(auth.All())+
		" (usually "+auth.JoinPermissions(auth.Usual())+")")
	stdinFlag(c, &stdin)
	c.RunE = func(c *cobra.Command, args []string) error {
		a := auth.Account{Name: args[0]}
		var err error
		if a.Role, err = auth.ParseRole(role); err != nil {
			return usageError{err}
		}
		if c.Flags().Changed("permissions") {
			if a.Permissions, err = auth.ParsePermissions(permissions); err != nil {
				return usageError{err}
			}
		}
		return with(c.Context(), *dir, func(s *store.Store) error {
			if a.Password, err = password(env, stdin); err != nil {
				return err
			}
			if err := auth.NewGate(s).Add(c.Context(), a); err != nil {
				return err
			}
			return record(c.Context(), s, audit.ActionUserAdd, auth.NormalName(a.Name), role)
		})
	}
	return c
}

func userPassword(env *Environment, dir *string) *cobra.Command {
	var stdin bool
	c := &cobra.Command{Use: "password NAME", Short: "Set a new password and end the account's web sessions", Args: cobra.ExactArgs(1)}
	stdinFlag(c, &stdin)
	c.RunE = func(c *cobra.Command, args []string) error {
		return with(c.Context(), *dir, func(s *store.Store) error {
			secret, err := password(env, stdin)
			if err != nil {
				return err
			}
			if err := auth.NewGate(s).SetPassword(c.Context(), args[0], secret); err != nil {
				return err
			}
			return record(c.Context(), s, audit.ActionPasswordChange, auth.NormalName(args[0]), "")
		})
	}
	return c
}

func userRemove(dir *string) *cobra.Command {
	return &cobra.Command{Use: "remove NAME", Short: "Remove an account with its web sessions and tokens", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return with(c.Context(), *dir, func(s *store.Store) error {
				if err := auth.NewGate(s).Remove(c.Context(), args[0]); err != nil {
					return err
				}
				return record(c.Context(), s, audit.ActionUserRemove, auth.NormalName(args[0]), "")
			})
		}}
}

// userLine is an account as lists show it.
type userLine struct {
	Name        string    `json:"name"`
	Role        string    `json:"role"`
	Permissions []string  `json:"permissions"`
	CreatedAt   time.Time `json:"created_at"`
}

func userList(env *Environment, dir *string) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{Use: "list", Short: "List the accounts", Args: cobra.NoArgs}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	c.RunE = func(c *cobra.Command, _ []string) error {
		return with(c.Context(), *dir, func(s *store.Store) error {
			all, err := s.Users(c.Context())
			if err != nil {
				return err
			}
			lines := []userLine{}
			for _, u := range all {
				lines = append(lines, userLine{u.Name, u.Role, strings.Split(u.Permissions, ","), u.CreatedAt})
			}
			return list(env.Out, asJSON, "NAME\tROLE\tPERMISSIONS\tSINCE", lines, func(l userLine) string {
				return fmt.Sprintf("%s\t%s\t%s\t%s", l.Name, l.Role, strings.Join(l.Permissions, ","), l.CreatedAt.Format(time.DateOnly))
			})
		})
	}
	return c
}

// list prints lines as a table or as JSON. What people called their tokens does
// not steer the terminal of whoever runs the site.
func list[T any](w io.Writer, asJSON bool, head string, lines []T, line func(T) string) error {
	if asJSON {
		text, err := json.MarshalIndent(lines, "", "  ")
		if err == nil {
			_, err = w.Write(append(tty.PlainJSON(text), '\n'))
		}
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, head)
	for _, l := range lines {
		fmt.Fprintln(t, tty.Plain(line(l), "\t"))
	}
	return t.Flush()
}

func record(ctx context.Context, s *store.Store, action audit.Action, object, details string) error {
	return audit.NewLog(s).Record(ctx, audit.Entry{Actor: audit.CommandLine, Action: action, Object: object, Details: details})
}

func stdinFlag(c *cobra.Command, stdin *bool) {
	c.Flags().BoolVar(stdin, "password-stdin", false, "read the password from the first line of standard input")
}

// password reads a new password from standard input, or asks for it at a
// terminal. It never comes from the command line, where others could read it.
func password(env *Environment, stdin bool) (string, error) {
	if stdin {
		line, err := bufio.NewReader(io.LimitReader(env.In, auth.MaxPassword+2)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("read the password: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	f, ok := env.In.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return "", usageError{errors.New("there is no terminal to ask for the password: pipe it in and say --password-stdin")}
	}
	first, err := prompt(env, f, "Password: ")
	if err != nil {
		return "", err
	}
	second, err := prompt(env, f, "Again: ")
	if err == nil && first != second {
		err = errors.New("the two passwords are not the same")
	}
	return first, err
}

func prompt(env *Environment, f *os.File, text string) (string, error) {
	fmt.Fprint(env.Err, text)
	b, err := term.ReadPassword(int(f.Fd()))
	fmt.Fprintln(env.Err)
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return string(b), nil
}
