package commands

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jump/cmd/jump/internal/apiclient"
	"jump/platform/tty"
)

func (a *app) installer() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "installer",
		Short: "Make, hand out, list, extend and revoke installers",
		Args:  usage(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.installerCreate(), a.installerList(), a.installerPlatforms(), a.installerMail(), a.installerExtend(), a.installerRevoke())
	return cmd
}

func (a *app) installerCreate() *cobra.Command {
	var n apiclient.NewInstaller
	var file string
	cmd := &cobra.Command{
		Use:   "create",
		Short: "Make an installer, with which computers enrol",
		Long: `create makes an installer. It prints its key_info, which is shown this once, the link
for people who install it themselves, and the commands to copy. With -o it also
writes the installer's file, which needs --platform. Whoever has one of them can
enrol a computer until the installer expires, is used up or is revoked.

A file that is not there yet is made so that only you can read it. If it cannot be
written, the installer is revoked again.`,
		Example: `  jump installer create --platform linux-headless-x64 --group "Linux Admins" --tag servers --valid-for 720h -o client.bin
  jump installer create --platform win64-msi --group user:admin --valid-for 8760h -o .`,
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file != "" && n.Platform == "" {
				return misuse(cmd, errors.New("-o needs --platform; \"jump installer platforms\" lists them"))
			}
			return a.createInstaller(cmd.Context(), n, file)
		},
	}
	f := cmd.Flags()
	f.StringVar(&n.Platform, "platform", "", "what the computers run, e.g. linux-x64, linux-headless-x64, win64-exe, win64-msi, mac")
	f.StringVar(&n.Mode, "mode", "", "service: reachable always; user: while that user is logged in (default: as the rights of who installs allow)")
	f.StringVar(&n.Group, "group", "", "the Jump Group that they join: its `code` or name, or user:<name>")
	f.StringVar(&n.Tag, "tag", "", "their `tag`")
	f.StringVar(&n.Comments, "comments", "", "`text` of their comments")
	f.StringVar(&n.Name, "name", "", "their `name` (default: the computer's own)")
	f.StringVar(&n.ValidFor, "valid-for", "", "how long it may be used, 10m to 8760h (default 24h)")
	f.BoolVar(&n.Passive, "passive", false, "its clients keep no connection: they listen, and check in at intervals")
	f.IntVar(&n.MaxUses, "max-uses", 0, "how many computers may use it; 0: no limit")
	f.StringSliceVar(&n.Overrides, "override", nil, "what may be set otherwise at install time: name, group, tag, comments (default: all)")
	f.StringVarP(&file, "output", "o", "", "`file` to write the installer to, or a folder")
	return a.jsonFlag(cmd)
}

func (a *app) createInstaller(ctx context.Context, n apiclient.NewInstaller, file string) error {
	s, err := a.site()
	if err != nil {
		return err
	}
	if file != "" {
		if err := offered(ctx, s, n.Platform); err != nil {
			return err
		}
	}
	i, err := s.CreateInstaller(ctx, n)
	if err != nil {
		return err
	}
	written := ""
	if file != "" {
		if written, err = saveInstaller(ctx, s, i, file); err != nil {
			return errors.Join(err, s.RevokeInstaller(context.WithoutCancel(ctx), i.UID))
		}
	}
	return a.printNew(i, written)
}

// printNew prints what is known of an installer at this moment only.
func (a *app) printNew(i apiclient.Installer, file string) error {
	if a.json {
		return a.printJSON(struct {
			apiclient.Installer
			File string `json:"file,omitempty"`
		}{i, file})
	}
	fmt.Fprintf(a.out, "uid       %s\nkey_info  %s\nurl       %s\nexpires   %s\nuses      %s\n",
		plain(i.UID), plain(i.KeyInfo), plain(i.URL), i.ExpiresAt.Local().Format(time.DateTime), limit(i.MaxUses))
	if file != "" {
		fmt.Fprintf(a.out, "file      %s\n", plain(file))
	}
	for _, c := range i.Commands {
		if i.Platform == "" || c.Platform == "" || c.Platform == i.Platform {
			fmt.Fprintf(a.out, "\n# %s\n%s\n", plain(strings.TrimSpace(c.Title+" "+c.Platform)), tty.Plain(c.Command, "\n"))
		}
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
		Short: "List the installers",
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
			return a.printInstallers(all)
		},
	})
}

func (a *app) printInstallers(all []apiclient.Installer) error {
	var rows [][]string
	for _, i := range all {
		rows = append(rows, []string{i.UID, i.State, fmt.Sprintf("%d of %s", i.Uses, limit(i.MaxUses)),
			i.ExpiresAt.Local().Format(time.DateTime), i.Platform, i.Group, i.Tag, i.CreatedBy})
	}
	return table(a.out, []string{"UID", "STATE", "USES", "EXPIRES", "PLATFORM", "GROUP", "TAG", "MADE BY"}, rows)
}

func (a *app) installerPlatforms() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "platforms",
		Short: "List the platforms, and whether the site has their package",
		Args:  usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.site()
			if err != nil {
				return err
			}
			all, err := s.Platforms(cmd.Context())
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(append([]apiclient.Platform{}, all...))
			}
			var rows [][]string
			for _, p := range all {
				have := "not on this site"
				if p.Available {
					have = size(p.Size)
				}
				rows = append(rows, []string{p.ID, p.System, p.Arch, p.Kind, have})
			}
			return table(a.out, []string{"PLATFORM", "SYSTEM", "ARCH", "KIND", "PACKAGE"}, rows)
		},
	})
}
