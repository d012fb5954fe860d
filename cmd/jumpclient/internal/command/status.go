package command

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"jump/agent"
	"jump/agent/config"
	"jump/installer/stamp"
	"jump/internal/version"
	"jump/platform/lock"
	"jump/platform/tty"
	"jump/transport/wire"
)

// status keeps state/status.json up to date. Only the agent's goroutine uses
// it, and before and after that run's.
type status struct {
	dir config.Dir
	now config.Status
	log *slog.Logger
}

func newStatusFile(dir config.Dir, key stamp.Key, id wire.ID, name string, log *slog.Logger) *status {
	return &status{dir: dir, log: log, now: config.Status{
		Site: key.Address(), ID: id.String(), Name: name, Version: version.Number,
	}}
}

func public(key ed25519.PrivateKey) ed25519.PublicKey { return key.Public().(ed25519.PublicKey) }

// report is told by the agent.
func (s *status) report(p agent.Presence) {
	if p.Name != "" {
		s.now.Name = p.Name
	}
	if p.Online {
		s.set(config.StateOnline, nil)
		return
	}
	if p.Waiting {
		s.set(config.StatePassive, nil)
		return
	}
	s.set(config.StateOffline, p.Err)
}

// set writes the file. That it cannot be written is no reason to end a client
// which works.
func (s *status) set(state config.State, err error) {
	if s.now.State != state {
		s.now.Since = time.Now().UTC().Truncate(time.Second)
	}
	s.now.State, s.now.Error, s.now.Code = state, "", ""
	if err != nil {
		s.now.Error = err.Error()
	}
	var refused *wire.Refused
	if errors.As(err, &refused) {
		s.now.Code = refused.Code
	}
	if err := s.dir.SaveStatus(s.now); err != nil {
		s.log.Error("status not written", "error", err)
	}
}

// say reports a state for a client that does not get as far as to have an agent.
func say(dir config.Dir, state config.State, why string, log *slog.Logger) {
	s := &status{dir: dir, log: log, now: config.Status{Version: version.Number}}
	if c, err := dir.Config(); err == nil {
		if key, err := stamp.Parse(c.KeyInfo); err == nil {
			s.now.Site = key.Address()
		}
	}
	s.set(state, errors.New(why))
}

func newStatus() *cobra.Command {
	var dir string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status [--dir DIR] [--json]",
		Short: "Tell whether the client in a directory is connected",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := look(config.At(dir))
			if err != nil {
				return failed(err)
			}
			return r.print(cmd.OutOrStdout(), asJSON)
		},
	}
	addDir(cmd, &dir)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// reported is what `jumpclient status --json` prints.
type reported struct {
	Running  bool `json:"running"`
	Disabled bool `json:"disabled"` // by its user (requirement A7)
	config.Status
}

// look reads what a client reported, and corrects it if that client is gone.
func look(dir config.Dir) (reported, error) {
	s, err := dir.Status()
	if errors.Is(err, fs.ErrNotExist) {
		return reported{}, errors.New("no client was ever started in this directory")
	}
	if err != nil {
		return reported{}, err
	}
	running, err := lock.Held(dir.Lock())
	if err != nil {
		return reported{}, err
	}
	switch s.State {
	case config.StateConnecting, config.StateOnline, config.StateOffline, config.StatePassive, config.StatePrepared:
		if !running {
			s.State, s.Error = config.StateStopped, "the client ended without saying so"
		}
	}
	return reported{running, dir.Disabled(), s}, nil
}

func (r reported) print(w io.Writer, asJSON bool) error {
	if asJSON {
		text, err := json.MarshalIndent(r, "", "  ")
		if err == nil {
			_, err = w.Write(append(tty.PlainJSON(text), '\n'))
		}
		return err
	}
	lines := [][2]string{
		{"state", fmt.Sprintf("%s since %s", r.State, r.Since.Local().Format(time.DateTime))},
		{"disabled", disabledText(r.Disabled)}, {"site", r.Site}, {"name", r.Name}, {"id", r.ID}, {"version", r.Version}, {"error", r.Error},
	}
	for _, l := range lines {
		if l[1] == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "%-10s%s\n", l[0]+":", plain(l[1])); err != nil {
			return failed(err)
		}
	}
	return nil
}

func disabledText(disabled bool) string {
	if disabled {
		return "yes: nobody can start a session"
	}
	return ""
}
