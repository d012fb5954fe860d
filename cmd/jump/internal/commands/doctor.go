package commands

import (
	"fmt"

	"github.com/spf13/cobra"

	"jump/cmd/jump/internal/apiclient"
)

func (a *app) doctor() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "doctor CLIENT",
		Short: "Have a client find out which ways lead it to the site, and what is wrong with it",
		Long: `doctor has a client that is online look at itself, as "jumpclient doctor" does at
the computer: its files, every way to the site and why the others do not work, its
clock, and who starts it. It takes up to half a minute and changes nothing.

Exit codes: 0 it has looked, whatever it found; others as jump help exit-codes says.`,
		Args:              usage(cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeClient,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, c, err := a.client(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			e, err := s.ExamineClient(cmd.Context(), c.ID)
			if err != nil {
				return err
			}
			return a.printExamination(e)
		},
	})
}

func (a *app) printExamination(e apiclient.Examination) error {
	if a.json {
		return a.printJSON(e)
	}
	for _, f := range e.Findings {
		if _, err := fmt.Fprintf(a.out, "%-6s %-14s %s\n", plain(f.Level), plain(f.Check), plain(f.Text)); err != nil {
			return err
		}
		if f.Hint == "" {
			continue
		}
		if _, err := fmt.Fprintf(a.out, "%21s %s\n", "", plain(f.Hint)); err != nil {
			return err
		}
	}
	return nil
}
