package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"jump/site/audit"
	"jump/site/store"
)

// limits shows and sets how many Jump Clients a site may have (requirement
// B12).
func limits(env *Environment) *cobra.Command {
	var dir string
	var to store.Limits
	var asJSON bool
	c := &cobra.Command{Use: "limits", Short: "Show or set how many Jump Clients the site may have", Args: cobra.NoArgs,
		Long: `Show or set how many Jump Clients the site may have. A limit counts for those who
come from then on; nobody is sent away. Whoever comes to a full site is refused
with message M1 or M2 and tries again by itself, every hour.`}
	dataFlag(c, env, &dir)
	c.Flags().IntVar(&to.Total, "clients", 0, "Jump Clients in all; 0: no limit")
	c.Flags().IntVar(&to.Active, "active", 0, "active Jump Clients; 0: no limit")
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if to.Total < 0 || to.Active < 0 {
			return usageError{errors.New("a limit is a number from 1 on, or 0 for none")}
		}
		return with(c.Context(), dir, func(s *store.Store) error {
			if err := setLimits(c, s, to); err != nil {
				return err
			}
			return printLimits(c, env, s, asJSON)
		})
	}
	return c
}

// setLimits sets those that were given.
func setLimits(c *cobra.Command, s *store.Store, to store.Limits) error {
	total, active := c.Flags().Changed("clients"), c.Flags().Changed("active")
	if !total && !active {
		return nil
	}
	l, err := s.Limits(c.Context())
	if err != nil {
		return err
	}
	if total {
		l.Total = to.Total
	}
	if active {
		l.Active = to.Active
	}
	if err := s.SetLimits(c.Context(), l); err != nil {
		return err
	}
	return record(c.Context(), s, audit.ActionSettingChange, "limits", fmt.Sprintf("clients %d, active %d", l.Total, l.Active))
}

func printLimits(c *cobra.Command, env *Environment, s *store.Store, asJSON bool) error {
	most, err := s.Limits(c.Context())
	if err != nil {
		return err
	}
	now, err := s.Deployed(c.Context())
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(env.Out).Encode(map[string]int{
			"clients": now.Total, "max_clients": most.Total, "active": now.Active, "max_active": most.Active})
	}
	_, err = fmt.Fprintf(env.Out, "clients  %d of %s\nactive   %d of %s\n", now.Total, bound(most.Total), now.Active, bound(most.Active))
	return err
}

func bound(n int) string {
	if n == 0 {
		return "no limit"
	}
	return strconv.Itoa(n)
}
