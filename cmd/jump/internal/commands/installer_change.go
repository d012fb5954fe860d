package commands

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"jump/cmd/jump/internal/apiclient"
)

// keyVariable is the environment's way to give a key: arguments are visible to
// every user of a computer.
const keyVariable = "JUMP_KEY_INFO"

func (a *app) installerExtend() *cobra.Command {
	var t apiclient.Terms
	var uses int
	cmd := &cobra.Command{
		Use:   "extend UID",
		Short: "Change how long and how often an installer may be used",
		Long: `extend makes an installer good for longer, or for more computers, also one that has
expired or is used up. The files and links that people have stay as they are. What
was revoked stays revoked.`,
		Example: `  jump installer extend abc234 --valid-for 720h --max-uses 500`,
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("max-uses") {
				t.MaxUses = &uses
			}
			if t == (apiclient.Terms{}) {
				return misuse(cmd, errors.New("say --valid-for, --max-uses or both"))
			}
			return a.extendInstaller(cmd, args[0], t)
		},
	}
	cmd.Flags().StringVar(&t.ValidFor, "valid-for", "", "how long it may be used from now on, 10m to 8760h")
	cmd.Flags().IntVar(&uses, "max-uses", 0, "how many computers may use it in all; 0: no limit")
	return a.jsonFlag(cmd)
}

func (a *app) extendInstaller(cmd *cobra.Command, uid string, t apiclient.Terms) error {
	s, err := a.site()
	if err != nil {
		return err
	}
	i, err := s.ExtendInstaller(cmd.Context(), uid, t)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(i)
	}
	_, err = fmt.Fprintf(a.out, "expires   %s\nuses      %d of %s\n", i.ExpiresAt.Local().Format(time.DateTime), i.Uses, limit(i.MaxUses))
	return err
}

func (a *app) installerRevoke() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "revoke UID",
		Short: "Withdraw an installer; computers that used it stay",
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

func (a *app) installerMail() *cobra.Command {
	var m apiclient.Mail
	cmd := &cobra.Command{
		Use:   "mail UID --to ADDRESS...",
		Short: "Mail the link of an installer to people",
		Long: `mail sends the link of an installer, one letter to each address. The site keeps no
key_info, so give it again, better in the environment variable ` + keyVariable + ` than with
--key-info, which other users of this computer can see. If the server took the
letter for some only, the others are listed and the exit status is 1.`,
		Example: `  jump installer mail abc234 --to ada@example.com,bob@example.com --language de`,
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			m.KeyInfo = cmp.Or(m.KeyInfo, a.env(keyVariable))
			switch {
			case m.KeyInfo == "":
				return misuse(cmd, errors.New("the key is missing: set "+keyVariable+" or say --key-info"))
			case len(m.Recipients) == 0:
				return misuse(cmd, errors.New("to whom? Say --to ADDRESS"))
			}
			return a.mailInstaller(cmd, args[0], m)
		},
	}
	f := cmd.Flags()
	f.StringVar(&m.KeyInfo, "key-info", "", "the installer's `key_info`")
	f.StringSliceVar(&m.Recipients, "to", nil, "`addresses`, at most 50")
	f.StringVar(&m.Language, "language", "", "en or de (default: en)")
	f.StringVar(&m.Note, "note", "", "`text` that the letter says besides")
	return a.jsonFlag(cmd)
}

func (a *app) mailInstaller(cmd *cobra.Command, uid string, m apiclient.Mail) error {
	s, err := a.site()
	if err != nil {
		return err
	}
	result, err := s.MailInstaller(cmd.Context(), uid, m)
	if err != nil {
		return err
	}
	if a.json {
		err = a.printJSON(result)
	} else {
		fmt.Fprintf(a.out, "sent      %d\n", result.Sent)
		for _, f := range result.Failed {
			fmt.Fprintf(a.out, "not sent  %s: %s\n", plain(f.Recipient), plain(f.Reason))
		}
	}
	if err == nil && len(result.Failed) > 0 {
		err = &failure{fmt.Sprintf("%d of %d letters were not sent", len(result.Failed), len(result.Failed)+result.Sent),
			"Check their addresses.", result.Failed[0].Code, exitError}
	}
	return err
}
