package command

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"jump/agent/config"
	"jump/installer"
	"jump/installer/stamp"
	"jump/internal/version"
)

// maxWait bounds --wait-online.
const maxWait = time.Hour

// installation is what `jumpclient install` was asked for.
type installation struct {
	options installer.Options
	label   stamp.Label // of this program's file, if it has one
	keyInfo string
	mode    string
	startup string
	image   bool
	silent  bool
	dryRun  bool
	wait    time.Duration
}

func newInstall() *cobra.Command {
	var in installation
	cmd := &cobra.Command{
		Use:   "install [--install-dir DIR] [flags]",
		Short: "Install the Jump Client on this computer",
		Long: `Install the Jump Client on this computer. Everything is done or nothing: what
fails, or is interrupted, leaves the computer as it was.

The deployment key comes from the installer's file, from --key-info, or from the
environment variable ` + keyVariable + `. What is given here overrides what was
chosen when the installer was made, as far as that allows.

` + installCodes,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return in.install(cmd)
		},
	}
	f := cmd.Flags()
	f.StringVar(&in.options.Dir, "install-dir", "", "where to install: a directory that does not exist yet")
	f.StringVar(&in.options.Name, "jc-name", "", "the client's name on the site")
	f.StringVar(&in.options.Group, "jc-jump-group", "", "its Jump Group: user:<name>, jumpgroup:<code> or a name")
	f.StringVar(&in.options.Tag, "jc-tag", "", "its tag")
	f.StringVar(&in.options.Comments, commentsFlag, "", "its comments: all words up to the next flag")
	addProxy(cmd, &in.options.Proxy)
	addListen(cmd, &in.options.Listen)
	f.StringVar(&in.options.User, "user", "", "install for this user; only root may name another")
	f.BoolVar(&in.silent, "silent", false, "print nothing at all: the exit code and the system's log tell")
	f.StringVar(&in.keyInfo, "key-info", "", "the deployment key")
	f.StringVar(&in.mode, "mode", "", "service (always reachable) or user (while that user is logged in)")
	f.BoolVar(&in.options.Headless, "headless", false, "for Linux without a desktop: the client is started with init-script")
	f.StringVar(&in.startup, "startup", "", "auto or none: whether the client starts by itself, now and later")
	f.DurationVar(&in.wait, "wait-online", 0, "start the client and wait so long until its site knows it, e.g. 60s")
	f.BoolVar(&in.image, "prepare-image", false, "other computers will be made from this one's disk: see prepare-image --help")
	f.BoolVar(&in.dryRun, "dry-run", false, "print what would be done, and do nothing")
	return cmd
}

func (in *installation) install(cmd *cobra.Command) error {
	if err := in.read(); err != nil {
		return err
	}
	var late error
	if in.wait > 0 {
		in.options.Await = func(ctx context.Context, dir string) (err error) {
			late, err = awaitOnline(ctx, config.At(dir), in.wait)
			return err
		}
	}
	plan, err := installer.New(cmd.Context(), in.options)
	if err != nil {
		return installError(err)
	}
	if in.dryRun {
		return preview(cmd.OutOrStdout(), plan)
	}
	if err := plan.Run(cmd.Context(), nil); err != nil {
		return installError(err)
	}
	if late != nil {
		return &exitError{exitLate, fmt.Errorf("installed in %s, but the site does not know this computer after %v: %w", plan.Dir, in.wait, late)}
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "Jump Client %s is installed in %s.\n%s", version.Number, plan.Dir, in.next(plan.Dir))
	return err
}

// next tells what is left to do.
func (in *installation) next(dir string) string {
	switch {
	case in.wait > 0:
		return "It is online.\n"
	case in.options.Headless && in.startup != string(installer.StartupAuto):
		return fmt.Sprintf("Start it while the installer is valid, and at every boot:\n  %s start\n", filepath.Join(dir, "init-script"))
	}
	return ""
}

// read turns flags, environment and label into options.
func (in *installation) read() error {
	secrets := config.Config{KeyInfo: in.keyInfo, Proxy: in.options.Proxy}
	if err := complete(&secrets); err != nil {
		return err
	}
	in.keyInfo, in.options.Proxy = secrets.KeyInfo, secrets.Proxy
	if err := checkListen(in.options.Listen); err != nil {
		return err
	}
	if err := in.readKey(); err != nil {
		return err
	}
	in.options.Mode, in.options.Startup = installer.Mode(in.mode), installer.Startup(in.startup)
	if in.options.Mode == "" {
		in.options.Mode = installer.Mode(in.label.Mode)
	}
	if in.wait < 0 || in.wait > maxWait {
		return usage("--wait-online is between 0s and %v", maxWait)
	}
	if err := in.readImage(); err != nil {
		return err
	}
	if in.options.Dir == "" {
		return nil
	}
	dir, err := filepath.Abs(in.options.Dir)
	if err != nil {
		return failed(err)
	}
	in.options.Dir = dir
	return nil
}

func (in *installation) readImage() error {
	switch {
	case !in.image:
		return nil
	case in.wait > 0:
		return usage("--prepare-image excludes --wait-online: this computer does not go online")
	}
	here, err := here()
	if err != nil {
		return failed(err)
	}
	in.options.Image = &here
	return nil
}

func (in *installation) readKey() error {
	if in.keyInfo == "" {
		label, found, err := ownLabel()
		if err != nil {
			return failed(err)
		}
		if !found {
			return usage("this installer carries no deployment key: give --key-info or %s", keyVariable)
		}
		in.label, in.options.Key = label, label.Key
		return nil
	}
	key, err := stamp.Parse(in.keyInfo)
	if err != nil {
		return usage("%w", err)
	}
	in.options.Key = key
	return nil
}

// installError gives an error of package installer its exit code.
func installError(err error) error {
	var exit *exitError
	if errors.As(err, &exit) {
		return &exitError{exit.code, err}
	}
	var no *installer.Refusal
	if errors.As(err, &no) {
		return &exitError{refusalCodes[no.Reason], err}
	}
	return failed(err)
}

var refusalCodes = map[installer.Reason]int{
	installer.ReasonInvalid:     exitUsage,
	installer.ReasonInstalled:   exitInstalled,
	installer.ReasonDir:         exitDir,
	installer.ReasonRights:      exitRights,
	installer.ReasonUnsupported: exitFailed,
}
