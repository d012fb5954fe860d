package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"jump/agent"
	"jump/agent/config"
	"jump/agent/lifetime"
	"jump/installer/stamp"
	"jump/internal/version"
	"jump/platform/lock"
	"jump/platform/memory"
	"jump/platform/uptime"
	"jump/transport/wire"
)

// keyVariable is the environment's way to give a key: arguments are visible to
// every user of a computer.
const keyVariable = "JUMP_KEY_INFO"

func newRun() *cobra.Command {
	var dir, logPath string
	var given config.Config
	cmd := &cobra.Command{
		Use:   "run [--dir DIR] [--key-info KEY]",
		Short: "Connect this computer to its site and stay connected",
		Long: `Connect this computer to its site and stay connected, until a signal ends it.

The first run makes the directory and needs a key, from --key-info or from the
environment variable ` + keyVariable + `. Later runs need neither.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := complete(&given); err != nil {
				return err
			}
			log, closeLog, err := openLog(logPath, cmd.ErrOrStderr())
			if err != nil {
				return failed(err)
			}
			defer closeLog()
			return run(cmd.Context(), config.At(dir), given, log)
		},
	}
	addDir(cmd, &dir)
	f := cmd.Flags()
	f.StringVar(&logPath, "log", "", "write the log to this file, 3 times 5 MiB at most, and not to standard error")
	f.StringVar(&given.KeyInfo, "key-info", "", "the deployment key")
	f.StringVar(&given.Name, "jc-name", "", "the client's name on the site")
	f.StringVar(&given.Group, "jc-jump-group", "", "its Jump Group: user:<name>, jumpgroup:<code> or a name")
	f.StringVar(&given.Tag, "jc-tag", "", "its tag")
	f.StringVar(&given.Comments, "jc-comments", "", "its comments")
	addProxy(cmd, &given.Proxy)
	addListen(cmd, &given.Listen)
	return cmd
}

// run is a client until it ends. One that ended for good is taken off this
// computer once it has let go of its directory.
func run(ctx context.Context, dir config.Dir, given config.Config, log *slog.Logger) error {
	err := hold(ctx, dir, given, log)
	if code(err) == exitRemoved {
		takeOff(dir, log)
	}
	return err
}

// hold has the directory to itself from here to its end.
func hold(ctx context.Context, dir config.Dir, given config.Config, log *slog.Logger) error {
	if err := check(given); err != nil {
		return err
	}
	if err := runsAsItself(dir); err != nil {
		return err
	}
	held, err := own(dir, given)
	if err != nil {
		return err
	}
	defer held.Release()
	if err := begin(dir, given, log); err != nil {
		return err
	}
	if waits, err := inImage(dir); err != nil || waits {
		return rest(ctx, dir, err, log)
	}
	ctx, stop := untilSignOut(ctx, dir, log)
	defer stop()
	memory.Thin()
	for {
		c, err := prepare(ctx, dir, given, log)
		if err != nil {
			return err
		}
		if again, err := c.run(ctx); !again {
			return err
		}
	}
}

// own makes the directory, if there is a key to put into it, and takes it.
func own(dir config.Dir, given config.Config) (*lock.File, error) {
	if _, err := dir.Config(); errors.Is(err, fs.ErrNotExist) && given.KeyInfo == "" {
		return nil, usage("no client in this directory yet: give --key-info or %s", keyVariable)
	}
	if err := dir.Make(); err != nil {
		return nil, failed(err)
	}
	held, err := lock.Acquire(dir.Lock())
	if errors.Is(err, lock.ErrHeld) {
		return nil, failed(errors.New("another jumpclient is running in this directory"))
	}
	if err != nil {
		return nil, failed(err)
	}
	return held, nil
}

func failed(err error) error { return &exitError{exitFailed, err} }

// client is a client that is ready to run.
type client struct {
	dir     config.Dir
	key     stamp.Key
	options agent.Options
	status  *status
	log     *slog.Logger
}

// prepare reads the directory, and writes to it what is new.
func prepare(ctx context.Context, dir config.Dir, given config.Config, log *slog.Logger) (*client, error) {
	learned, err := dir.Learned()
	if err != nil {
		log.Error("beginning as if the site had said nothing yet", "error", err)
	}
	renewal, err := dir.FinishRenewal()
	if err != nil {
		return nil, failed(err)
	}
	if renewal != nil {
		learned.Enrolled = false // under this key, or not yet known to be
	}
	c, err := install(dir, given, learned.Enrolled, log)
	if err != nil {
		return nil, err
	}
	server, err := newServer(dir, c, log)
	if err != nil {
		return nil, failed(err)
	}
	id, err := dir.Identity()
	if err != nil {
		return nil, failed(err)
	}
	key, err := stamp.Parse(c.KeyInfo)
	if err != nil {
		return nil, failed(fmt.Errorf("config.json: %w", err))
	}
	out := newOutlet(dir, c, key, id, log)
	hurry := out.watch(ctx)
	dialer, err := out.dialer()
	if err != nil {
		return nil, failed(err)
	}
	listen, err := listener(c, key, id)
	if err != nil {
		return nil, failed(err)
	}
	status := newStatusFile(dir, key, wire.IDOf(public(id)), learned.Name, log)
	return &client{dir: dir, key: key, log: log, status: status, options: agent.Options{
		Dialer: dialer, Key: id, Version: version.Number, Learned: learned, Keep: keep(dir, renewal != nil), Renewal: renewal,
		Enrolment:    &agent.Enrolment{KeyID: key.ID, Signer: key.Signer(), Wishes: c.Wishes()},
		Capabilities: server.Capabilities(), Serve: server.Serve, Status: facts(c, log), Disabled: dir.Disabled,
		Offline: offline(dir, log), Report: status.report, Log: log, Hurry: hurry, Rest: memory.Rest,
		Listen: listen, Addresses: addresses, Examine: examiner(dir),
	}}, nil
}

// keep returns what stores what was learned. Once the copy of a client is
// enrolled under its own key, its old one is forgotten.
func keep(dir config.Dir, renewed bool) func(config.Learned) error {
	return func(l config.Learned) error {
		if err := dir.SaveLearned(l); err != nil || !l.Enrolled || !renewed {
			return err
		}
		renewed = false
		return dir.ForgetRenewal()
	}
}

// offline goes on with the count of the time without the site.
func offline(dir config.Dir, log *slog.Logger) *lifetime.Count {
	state, err := dir.Offline()
	if err != nil {
		log.Error("counting the time without the site from now on", "error", err)
	}
	return lifetime.New(state, clocks, dir.SaveOffline)
}

func clocks() (lifetime.Reading, error) {
	c, err := uptime.Read()
	return lifetime.Reading{Boot: c.Boot, Total: c.Total, Awake: c.Awake, Wall: time.Duration(time.Now().UnixNano())}, err
}

// run stays connected, and turns the agent's reason into an exit code; or it
// reports that the client is another one now and has to be prepared again.
func (c *client) run(ctx context.Context) (again bool, err error) {
	c.status.set(config.StateConnecting, nil)
	c.log.Info("starting", "site", c.key, "id", c.status.now.ID, "version", version.Number)
	reason, err := agent.Run(ctx, c.options)
	if reason == agent.ReasonCopied {
		return c.renew(err)
	}
	return false, c.end(reason, err)
}

// renew makes a client of its own out of the copy of another.
func (c *client) renew(why error) (again bool, err error) {
	var refused *wire.Refused
	if !errors.As(why, &refused) || refused.Permit == nil {
		return false, failed(why)
	}
	c.log.Warn("this client is a copy of another and becomes one of its own", "until_now", c.status.now.ID)
	if err := c.dir.Renew(c.options.Key, *refused.Permit); err != nil {
		return false, failed(err)
	}
	return true, nil
}

func (c *client) end(reason agent.Reason, err error) error {
	switch reason {
	case agent.ReasonRefused:
		c.status.set(config.StateRefused, err)
		return c.refused(err)
	case agent.ReasonRemoved:
		c.depart(config.StateRemoved, err)
		return &exitError{exitRemoved, fmt.Errorf("the site at %s has removed this client: %w", c.key.Address(), err)}
	case agent.ReasonOffline:
		c.depart(config.StateExpired, err)
		return &exitError{exitRemoved, fmt.Errorf("the site at %s was out of reach for too long: %w", c.key.Address(), err)}
	}
	c.status.set(config.StateStopped, nil)
	c.log.Info("stopped")
	return nil
}

// depart ends the client for good.
func (c *client) depart(state config.State, why error) {
	c.status.set(state, why)
	e := config.Ending{Reason: state, Why: why.Error(), At: time.Now().UTC().Truncate(time.Second)}
	if err := c.dir.SaveEnding(e); err != nil {
		c.log.Error("the ending was not written down", "error", err)
	}
}
