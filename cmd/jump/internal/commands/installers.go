package commands

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"jump/cmd/jump/internal/apiclient"
	"jump/platform/tty"
)

func (a *app) installer() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "installer",
		Short: "Make, list and revoke deployment keys",
		Args:  usage(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.installerCreate(), a.installerList(), a.installerRevoke())
	return cmd
}

func (a *app) installerCreate() *cobra.Command {
	var n apiclient.NewInstaller
	cmd := &cobra.Command{
		Use:   "create",
		Short: "Make a deployment key, with which computers enrol",
		Long: `create makes a deployment key and prints its key_info, which is shown this once, and
the command that enrols a computer with it. Whoever has the key_info can enrol a computer
until the key expires, is used up or is revoked.`,
		Example: `  jump installer create --group general --tag servers --valid-for 24h --max-uses 25`,
		Args:    usage(cobra.NoArgs),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.createInstaller(cmd.Context(), n) },
	}
	f := cmd.Flags()
	f.StringVar(&n.Platform, "platform", "", "what the computers run, e.g. linux-x64, linux-headless-x64, win64-exe, mac")
	f.StringVar(&n.Group, "group", "", "the Jump Group that they join: its `code`, or user:<name>")
	f.StringVar(&n.Tag, "tag", "", "their `tag`")
	f.StringVar(&n.Comments, "comments", "", "`text` of their comments")
	f.StringVar(&n.Name, "name", "", "their `name` (default: the computer's own)")
	f.StringVar(&n.ValidFor, "valid-for", "", "how long the key may be used, 10m to 8760h (default 24h)")
	f.IntVar(&n.MaxUses, "max-uses", 0, "how many computers may use it; 0: no limit")
	f.StringSliceVar(&n.Overrides, "override", nil, "what may be set otherwise at install time: name, group, tag, comments (default: all)")
	return a.jsonFlag(cmd)
}

func (a *app) createInstaller(ctx context.Context, n apiclient.NewInstaller) error {
	s, err := a.site()
	if err != nil {
		return err
	}
	i, err := s.CreateInstaller(ctx, n)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(i)
	}
	fmt.Fprintf(a.out, "uid       %s\nkey_info  %s\nexpires   %s\nuses      %s\n",
		plain(i.UID), plain(i.KeyInfo), i.ExpiresAt.Local().Format(time.DateTime), limit(i.MaxUses))
	for _, c := range i.Commands {
		fmt.Fprintf(a.out, "\n%s %s:\n  %s\n", plain(c.Platform), plain(c.Title), tty.Plain(c.Command, "\n"))
	}
	return nil
}

func limit(uses int) string {
	if uses == 0 {
		return "no limit"
	}
	return strconv.Itoa(uses)
}

func (a *app) installerList() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "list",
		Short: "List the deployment keys",
		Args:  usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.site()
			if err != nil {
				return err
			}
			all, err := s.Installers(cmd.Context())
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(append([]apiclient.Installer{}, all...)) // never null
			}
			return a.printInstallers(all, time.Now())
		},
	})
}

func (a *app) printInstallers(all []apiclient.Installer, now time.Time) error {
	var rows [][]string
	for _, i := range all {
		rows = append(rows, []string{i.UID, state(i, now), fmt.Sprintf("%d of %s", i.Uses, limit(i.MaxUses)),
			i.ExpiresAt.Local().Format(time.DateTime), i.Group, i.Tag, i.CreatedBy})
	}
	return table(a.out, []string{"UID", "STATE", "USES", "EXPIRES", "GROUP", "TAG", "MADE BY"}, rows)
}

// state says whether a key still enrols anybody.
func state(i apiclient.Installer, now time.Time) string {
	switch {
	case i.RevokedAt != nil:
		return "revoked"
	case now.After(i.ExpiresAt):
		return "expired"
	case i.MaxUses > 0 && i.Uses >= i.MaxUses:
		return "used up"
	}
	return "valid"
}

func (a *app) installerRevoke() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "revoke UID",
		Short: "Withdraw a deployment key; computers that used it stay",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.site()
			if err != nil {
				return err
			}
			return s.RevokeInstaller(cmd.Context(), args[0])
		},
	})
}
