package commands

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) alarm() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "alarm",
		Short: "See and answer what the site does not do without your word",
		Long: `The site removes clients that have been away for longer than its settings allow. It
asks first when these are many, or when its clock was set; until somebody answers
it removes nobody. For administrators.`,
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.alarmList(), a.alarmAnswer())
	return cmd
}

func (a *app) alarmList() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "list",
		Short: "List the alarms that wait for an answer",
		Args:  usage(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.listAlarms(cmd.Context()) },
	})
}

func (a *app) listAlarms(ctx context.Context) error {
	s, err := a.site()
	if err != nil {
		return err
	}
	alarms, err := s.Alarms(ctx)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(alarms)
	}
	for _, x := range alarms {
		fmt.Fprintf(a.out, "%s  %s  %s (%d)\n    %s\n    %s\n", plain(x.ID), x.At.Local().Format(time.DateTime),
			plain(x.Kind), x.Count, plain(x.Text), plain(x.Hint))
	}
	return nil
}

func (a *app) alarmAnswer() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:       "answer ID proceed|dismiss",
		Short:     "Answer an alarm",
		Args:      usage(cobra.ExactArgs(2)),
		ValidArgs: []string{"proceed", "dismiss"},
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[1] != "proceed" && args[1] != "dismiss" {
				return misuse(cmd, fmt.Errorf("the answer is proceed or dismiss, not %q", args[1]))
			}
			s, err := a.site()
			if err != nil {
				return err
			}
			return s.AnswerAlarm(cmd.Context(), args[0], args[1])
		},
	})
}
