// Package demo runs a whole Jump on one computer: a site in this process, an
// account, and an enrolled Jump Client as a child process, on the computer's
// own screen or on a virtual one.
//
// It is not an installation and no test: it takes nothing but its data folder
// and a port, and leaves nothing else behind.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"jump/platform/child"
	"jump/site"
	"jump/site/bus"
	"jump/site/clients"
	"jump/site/deploy"
	"jump/site/store"
	"jump/transport/wire"
)

// Options say what to run.
type Options struct {
	Data    string // folder; empty: a temporary one, removed at the end
	Listen  string // HOST:PORT
	Client  string // the program jumpclient; empty: the one beside this program
	Out     io.Writer
	Console fs.FS // the console's built files
	// Ready, if it is not nil, is called when everything runs.
	Ready func(Facts)
}

// Facts are what is printed when everything runs.
type Facts struct {
	URL, User, Password, Token, CA string
	Client                         wire.ID
	Screen                         string // DISPLAY of the client; empty: none
}

// Times of the demo.
const (
	onlineTime = 60 * time.Second // for the client to come online
	stopTime   = 5 * time.Second  // for each child to end when asked
)

// demo is a running demo. What was begun is ended in the opposite order.
type demo struct {
	Options
	log  *os.File
	site *site.Site
	undo []func() error
}

// Run runs a demo until ctx ends, or until the site or the client does. It
// returns nil if it was ctx.
func Run(ctx context.Context, o Options) error {
	d := &demo{Options: o}
	err := d.run(ctx)
	if ctx.Err() != nil {
		err = nil // whatever was interrupted
	}
	return errors.Join(err, d.close())
}

func (d *demo) run(ctx context.Context) error {
	if err := d.prepare(); err != nil {
		return err
	}
	running, err := d.openSite(ctx)
	if err != nil {
		return err
	}
	facts, err := d.account(ctx)
	if err != nil {
		return err
	}
	env := d.screen(ctx, &facts)
	client, err := d.client(ctx, env, &facts)
	if err != nil {
		return fmt.Errorf("%w (its log is %s)", err, d.log.Name())
	}
	d.announce(facts)
	select {
	case <-ctx.Done():
		return nil
	case err := <-running:
		running <- err // for close
		return err
	case <-client.Done():
		return fmt.Errorf("the Jump Client ended by itself: %v (its log is %s)", client.Err(), d.log.Name())
	}
}

// prepare makes the data folder and checks what can be checked at once.
func (d *demo) prepare() error {
	if d.Client == "" {
		own, err := os.Executable()
		if err != nil {
			return fmt.Errorf("look for jumpclient: %w", err)
		}
		d.Client = filepath.Join(filepath.Dir(own), "jumpclient"+filepath.Ext(own))
	}
	if _, err := exec.LookPath(d.Client); err != nil {
		return fmt.Errorf("the program jumpclient is missing: build it with make build, or say --client PATH: %w", err)
	}
	if d.Data == "" {
		temporary, err := os.MkdirTemp("", "jump-demo-")
		if err != nil {
			return fmt.Errorf("make a temporary folder: %w", err)
		}
		d.Data = temporary
		d.undo = append(d.undo, func() error { return os.RemoveAll(temporary) })
	}
	var err error
	if d.Data, err = filepath.Abs(d.Data); err != nil {
		return err
	}
	if err := os.MkdirAll(d.Data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	if d.log, err = os.OpenFile(filepath.Join(d.Data, "demo.log"), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600); err != nil {
		return fmt.Errorf("open the log: %w", err)
	}
	d.undo = append(d.undo, d.log.Close)
	slog.SetDefault(slog.New(slog.NewTextHandler(d.log, nil)))
	return nil
}

// openSite opens the site and serves it. The answer gets how that ended.
func (d *demo) openSite(ctx context.Context) (chan error, error) {
	var err error
	d.site, err = site.Open(ctx, site.Options{
		Data: filepath.Join(d.Data, "site"), Listen: d.Listen, Name: "Jump demo", Console: d.Console,
		Settings: wire.Settings{StatusEvery: 5, ReconnectSpread: 1},
	})
	if err != nil {
		return nil, err
	}
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan error, 1)
	go func() { done <- d.site.Run(serving) }()
	d.undo = append(d.undo, func() error {
		stop()
		return <-done
	})
	return done, nil
}

// client starts the Jump Client and waits until the site shows it as online. A
// client folder that does not fit this site any more is made anew once.
func (d *demo) client(ctx context.Context, env []string, facts *Facts) (*child.Process, error) {
	dir := filepath.Join(d.Data, clientFolder)
	for tries := 2; ; tries-- {
		p, err := d.start(ctx, dir, env)
		if err != nil {
			return nil, err
		}
		err = d.awaitOnline(ctx, p, facts)
		if err == nil || ctx.Err() != nil {
			d.undo = append(d.undo, func() error { return p.Stop(stopTime) })
			return p, err
		}
		if err := errors.Join(err, p.Stop(stopTime)); tries == 1 {
			return nil, err
		}
		slog.Warn("the client does not come online; it enrols anew", "reason", err)
		if err := os.RemoveAll(dir); err != nil {
			return nil, fmt.Errorf("remove the old client's folder: %w", err)
		}
	}
}

// start starts the client with a new deployment key. The key goes through the
// environment: everybody can read command lines.
func (d *demo) start(ctx context.Context, dir string, env []string) (*child.Process, error) {
	key, err := d.site.Keys.Create(ctx, deploy.Request{ValidFor: time.Hour, MaxUses: 1, CreatedBy: user})
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(d.Client, "run", "--dir", dir)
	cmd.Env = append(env, "JUMP_KEY_INFO="+key.Info)
	cmd.Stdout, cmd.Stderr = d.log, d.log
	return child.Start(cmd)
}

// awaitOnline returns when a client is online, or why it will not be.
func (d *demo) awaitOnline(ctx context.Context, p *child.Process, facts *Facts) error {
	ctx, cancel := context.WithTimeout(ctx, onlineTime)
	defer cancel()
	events := d.site.Bus.Subscribe(ctx)
	for {
		page, err := d.site.Clients.List(ctx, store.Query{State: store.StateOnline, Limit: 1})
		if err != nil {
			return err
		}
		if len(page.Clients) > 0 {
			facts.Client = page.Clients[0].ID
			return nil
		}
		if err := next(ctx, events, p); err != nil {
			return err
		}
	}
}

// next waits until something has happened to a client.
func next(ctx context.Context, events <-chan bus.Event, p *child.Process) error {
	for {
		select {
		case e := <-events:
			if _, ok := e.Data.(clients.Client); ok {
				return nil
			}
		case <-p.Done():
			return fmt.Errorf("the Jump Client ended by itself: %v", p.Err())
		case <-ctx.Done():
			return fmt.Errorf("the Jump Client did not come online within %v", onlineTime)
		}
	}
}

func (d *demo) announce(f Facts) {
	screen := "none: the client serves a shell"
	if f.Screen != "" {
		screen = "display " + f.Screen
	}
	fmt.Fprintf(d.Out, `
  Jump is running.   Ctrl-C ends it.

  Address    %s
  User       %s
  Password   %s
  Screen     %s

  The browser will warn you once, because it does not know the site's own
  certificate authority yet:  %s

  The command line, in another terminal:
    export JUMP_SITE=%s JUMP_CA=%s
    export JUMP_TOKEN=%s
    %s list

`, f.URL, f.User, f.Password, screen, f.CA, f.URL, f.CA, f.Token, commandLine())
	if d.Ready != nil {
		d.Ready(f)
	}
}

// commandLine returns how to call jump from here: by name where it is in the
// PATH, and else by the path of the one that lies beside this program.
func commandLine() string {
	if _, err := exec.LookPath("jump"); err == nil {
		return "jump"
	}
	self, err := os.Executable()
	if err != nil {
		return "jump"
	}
	path := filepath.Join(filepath.Dir(self), "jump")
	if here, err := os.Getwd(); err == nil {
		if near, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(near) {
			return near
		}
	}
	return path
}

// close ends everything, the last begun first.
func (d *demo) close() error {
	var err error
	for len(d.undo) > 0 {
		last := len(d.undo) - 1
		err = errors.Join(err, d.undo[last]())
		d.undo = d.undo[:last]
	}
	return err
}
