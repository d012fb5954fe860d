package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jump/cmd/jump/internal/apiclient"
)

func (a *app) alarm() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "alarm",
		Short: "See and answer what the site does not do without your word",
		Long: `The site removes clients that have been away for longer than its settings allow. It
asks first when these are many, or when its clock was set; until somebody answers
it removes nobody. It asks as well when two computers show the key of one client,
with which no session can start until then. For administrators.`,
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
		if x.Client != nil {
			a.printCopies(x.Client)
		}
	}
	return nil
}

func (a *app) printCopies(c *apiclient.AlarmClient) {
	fmt.Fprintf(a.out, "    %s (%s):\n", plain(c.Name), plain(c.ID[:min(len(c.ID), shortID)]))
	for _, x := range c.Copies {
		now := "away, seen " + x.SeenAt.Local().Format(time.DateTime)
		if x.Connected {
			now = "connected"
		}
		fmt.Fprintf(a.out, "      copy %s  from %s  %s  since %s  %s\n", plain(x.Number), plain(x.Address), plain(x.Hostname),
			x.Since.Local().Format(time.DateTime), now)
	}
}

// alarmAnswers are all answers to alarms of any kind.
var alarmAnswers = []string{"proceed", "dismiss", "stays", "one_machine", "remove"}

func (a *app) alarmAnswer() *cobra.Command {
	var which string
	cmd := &cobra.Command{
		Use:   "answer ID proceed|dismiss|stays|one_machine|remove [--copy NUMBER]",
		Short: "Answer an alarm",
		Long: `answer answers an alarm: with proceed or dismiss, or if it is about a client whose
key several computers show, with

  stays --copy N    N is the original; each other becomes a client of its own
  one_machine       it is one computer, whose disk was restored or moved
  remove --copy N   N is refused for good, and uninstalls itself

N is the number of a copy, or its address if no other has the same.`,
		Args:      usage(cobra.ExactArgs(2)),
		ValidArgs: alarmAnswers,
	}
	cmd.Flags().StringVar(&which, "copy", "", "the `number` or the address of the copy that stays or is removed")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		answer := args[1]
		if !slices.Contains(alarmAnswers, answer) {
			return misuse(cmd, fmt.Errorf("the answer is one of %s, not %q", strings.Join(alarmAnswers, ", "), answer))
		}
		if needs := answer == "stays" || answer == "remove"; needs != (which != "") {
			return misuse(cmd, fmt.Errorf("--copy belongs to stays and remove, and only to them"))
		}
		return a.answerAlarm(cmd.Context(), args[0], answer, which)
	}
	return a.jsonFlag(cmd)
}

func (a *app) answerAlarm(ctx context.Context, id, answer, which string) error {
	s, err := a.site()
	if err != nil {
		return err
	}
	if which != "" {
		if which, err = copyNumber(ctx, s, id, which); err != nil {
			return err
		}
	}
	return s.AnswerAlarm(ctx, id, answer, which)
}

// copyNumber returns the number of the copy that goes by that number or address.
func copyNumber(ctx context.Context, s *apiclient.Site, alarm, which string) (string, error) {
	alarms, err := s.Alarms(ctx)
	if err != nil {
		return "", err
	}
	var found []string
	for _, x := range alarms {
		if x.ID != alarm || x.Client == nil {
			continue
		}
		for _, c := range x.Client.Copies {
			if c.Number == which {
				return which, nil
			}
			if c.Address == which {
				found = append(found, c.Number)
			}
		}
	}
	switch len(found) {
	case 0:
		return which, nil // for the site to refuse
	case 1:
		return found[0], nil
	}
	return "", &failure{fmt.Sprintf("Several copies connect from %s.", which),
		"Name one by its number: " + strings.Join(found, ", "), "ambiguous", exitNoClient}
}
