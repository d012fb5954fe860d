package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"jump/site/audit"
	"jump/site/auth"
	"jump/site/store"
)

func tokens(env *Environment) *cobra.Command {
	c := &cobra.Command{Use: "token", Short: "Bearer tokens for scripts: create, list, revoke"}
	var dir string
	dataFlag(c, env, &dir)
	c.AddCommand(tokenCreate(env, &dir), tokenList(env, &dir), tokenRevoke(&dir))
	return c
}

func tokenCreate(env *Environment, dir *string) *cobra.Command {
	var user, label string
	var asJSON bool
	c := &cobra.Command{Use: "create --user NAME", Short: "Create a token and print it: it is shown this once", Args: cobra.NoArgs}
	c.Flags().StringVar(&user, "user", "", "whose token it is")
	c.Flags().StringVar(&label, "label", "", "what it is for")
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON, with the id")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if user == "" {
			return usageError{errors.New("whose token? Say --user NAME")}
		}
		if len(label) > 100 {
			return usageError{errors.New("a label has at most 100 bytes")}
		}
		return with(c.Context(), *dir, func(s *store.Store) error {
			id, secret, err := auth.NewGate(s).NewToken(c.Context(), user, label)
			if err != nil {
				return err
			}
			if err := record(c.Context(), s, audit.ActionTokenCreate, id, "for "+auth.NormalName(user)); err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(env.Out).Encode(map[string]string{"id": id, "token": secret})
			}
			_, err = fmt.Fprintln(env.Out, secret)
			return err
		})
	}
	return c
}

// tokenLine is a token as lists show it.
type tokenLine struct {
	ID        string     `json:"id"`
	User      string     `json:"user"`
	Label     string     `json:"label"`
	CreatedAt time.Time  `json:"created_at"`
	UsedAt    *time.Time `json:"used_at,omitempty"`
}

func (l tokenLine) used() string {
	if l.UsedAt == nil {
		return "never"
	}
	return l.UsedAt.Format(time.DateTime)
}

func tokenList(env *Environment, dir *string) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{Use: "list", Short: "List the tokens", Args: cobra.NoArgs}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	c.RunE = func(c *cobra.Command, _ []string) error {
		return with(c.Context(), *dir, func(s *store.Store) error {
			all, err := s.Tokens(c.Context())
			if err != nil {
				return err
			}
			lines := []tokenLine{}
			for _, t := range all {
				l := tokenLine{ID: t.ID, User: t.User, Label: t.Label, CreatedAt: t.CreatedAt}
				if !t.UsedAt.IsZero() {
					l.UsedAt = &t.UsedAt
				}
				lines = append(lines, l)
			}
			return list(env.Out, asJSON, "ID\tUSER\tLABEL\tSINCE\tUSED", lines, func(l tokenLine) string {
				return fmt.Sprintf("%s\t%s\t%s\t%s\t%s", l.ID, l.User, l.Label, l.CreatedAt.Format(time.DateOnly), l.used())
			})
		})
	}
	return c
}

func tokenRevoke(dir *string) *cobra.Command {
	return &cobra.Command{Use: "revoke ID", Short: "Revoke a token at once", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return with(c.Context(), *dir, func(s *store.Store) error {
				if err := s.RemoveToken(c.Context(), args[0]); err != nil {
					return err
				}
				return record(c.Context(), s, audit.ActionTokenRevoke, args[0], "")
			})
		}}
}
