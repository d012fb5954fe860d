package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"jump/agent/config"
	"jump/cmd/jumpclient/internal/doctor"
	"jump/platform/tty"
	"jump/transport/wire"
)

func newDoctor() *cobra.Command {
	var dir string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor [--dir DIR] [--json]",
		Short: "Find out what keeps an installed client from being reachable",
		Long: `Find out what keeps an installed client from being reachable: its files, the way
to its site, and who starts it. It prints no secrets, and changes nothing.

Exit codes: 0 nothing is wrong; 1 something is; 2 wrong flags.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			found := doctor.Examine(cmd.Context(), config.At(dir), waysToLookAt(), checkTime)
			if err := diagnosis(cmd.OutOrStdout(), found, asJSON); err != nil {
				return failed(err)
			}
			if !doctor.Healthy(found) {
				return failed(errors.New("something is wrong with this client"))
			}
			return nil
		},
	}
	addDir(cmd, &dir)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// Bounds of one check, for who waits at the computer itself, and for who waits at
// the site: for all checks together the agent has 24 seconds.
const (
	checkTime  = 10 * time.Second
	remoteTime = 5 * time.Second
)

// examiner does for the site what the command does at the computer.
func examiner(dir config.Dir) func(context.Context) []wire.Finding {
	return func(ctx context.Context) (all []wire.Finding) {
		for _, f := range doctor.Examine(ctx, dir, waysToLookAt(), remoteTime) {
			all = append(all, wire.Finding{Check: f.Check, Level: wire.FindingLevel(f.Level), Text: f.Text, Hint: f.Hint})
		}
		return all
	}
}

func diagnosis(w io.Writer, found []doctor.Finding, asJSON bool) error {
	if asJSON {
		text, err := json.MarshalIndent(struct {
			Healthy  bool             `json:"healthy"`
			Findings []doctor.Finding `json:"findings"`
		}{doctor.Healthy(found), found}, "", "  ")
		if err == nil {
			_, err = w.Write(append(tty.PlainJSON(text), '\n'))
		}
		return err
	}
	for _, f := range found {
		if _, err := fmt.Fprintf(w, "%-6s %-14s %s\n", f.Level, f.Check, plain(f.Text)); err != nil {
			return err
		}
		if f.Hint == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "%21s %s\n", "", plain(f.Hint)); err != nil {
			return err
		}
	}
	return nil
}
