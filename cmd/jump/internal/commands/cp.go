package commands

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jump/cmd/jump/internal/apiclient"
	"jump/cmd/jump/internal/channel"
	"jump/platform/tty"
	"jump/transport/wire"
)

// copyJob is what one cp was asked to do.
type copyJob struct {
	sources []string // local paths, or the client's
	target  string
	client  string
	up      bool // to the client

	recursive, force, quiet bool
	patience                time.Duration
}

func (a *app) cp() *cobra.Command {
	var job copyJob
	cmd := &cobra.Command{
		Use:   "cp FILE… CLIENT:PATH | cp CLIENT:PATH… FILE",
		Short: "Copy files to or from a client",
		Long: `cp copies files to a client, or from one, as the user whose computer it is.

  jump cp report.pdf pc:                        into the user's home
  jump cp setup.exe notes.txt pc:C:\Temp        into a folder
  jump cp pc:/var/log/syslog pc:/etc/hosts .    from a client
  jump cp -r website pc:/srv/www                a folder, with all that is in it

A PATH that is not absolute begins in the user's home. What comes before the first
colon is the client; a file of this computer that has a colon in its name is
written ./a:b, a client whose name has one is named by its id.

A file is written beside its place (.NAME.jump-part) and put there when it is whole
and its SHA-256 is right, with its mode and the time of its last change. One that is
there already is replaced with --force only. Links are followed where they are named
as a FILE, and left out below a folder, as devices, pipes and sockets are.

When the connection is lost the copy goes on where it stopped. So does the same
command, if the one before was killed; one that is interrupted leaves nothing.`,
		Args: usage(cobra.MinimumNArgs(2)), // the shell completes files of this computer
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := job.parse(args); err != nil {
				return misuse(cmd, err)
			}
			return a.runCopy(cmd.Context(), &job)
		},
	}
	cmd.Flags().BoolVarP(&job.recursive, "recursive", "r", false, "copy folders with all that is in them")
	cmd.Flags().BoolVarP(&job.force, "force", "f", false, "replace files that are there")
	cmd.Flags().BoolVarP(&job.quiet, "quiet", "q", false, "show no progress, and not what was left out")
	cmd.Flags().DurationVar(&job.patience, "patience", channel.Patience, "how long to seek a connection that was lost; 0 ends at once")
	return a.jsonFlag(cmd)
}

// parse finds out which way to copy.
func (j *copyJob) parse(args []string) error {
	last := len(args) - 1
	client, path, far := farPath(args[last])
	if far {
		j.up, j.client, j.target, j.sources = true, client, path, args[:last]
	} else {
		j.target = args[last]
	}
	for _, arg := range args[:last] {
		client, path, far := farPath(arg)
		switch {
		case far && j.up:
			return errors.New("between two clients nothing is copied: copy it here first")
		case !far && !j.up:
			return errors.New("neither side is a client: one is written CLIENT:PATH")
		case far && j.client != "" && j.client != client:
			return errors.New("only from one client at a time")
		case far:
			j.client, j.sources = client, append(j.sources, path)
		}
	}
	return j.validate()
}

func (j *copyJob) validate() error {
	for _, p := range append([]string{j.target}, j.sources...) {
		if strings.ContainsRune(p, 0) || len(p) > wire.MaxPath {
			return fmt.Errorf("a path of more than %d bytes, or with a zero byte", wire.MaxPath)
		}
	}
	return nil
}

// farPath splits CLIENT:PATH. What looks like a file of this computer is one: a
// separator before the colon, or a drive.
func farPath(arg string) (client, path string, far bool) {
	client, path, far = strings.Cut(arg, ":")
	if !far || client == "" || strings.ContainsRune(client, '/') || filepath.VolumeName(arg) != "" || strings.ContainsRune(client, filepath.Separator) {
		return "", "", false
	}
	return client, path, true
}

func (a *app) runCopy(ctx context.Context, job *copyJob) error {
	c := conversation{client: job.client, kind: wire.KindFiles}
	n := &copier{app: a, copyJob: job, meter: meter{out: a.err, on: !job.quiet && !a.json && tty.Is(a.err)}}
	err := a.inSession(ctx, c, func(site *apiclient.Site, session *apiclient.Session) error {
		n.far = &channel.Files{Dial: c.dialer(site, session), Patience: job.patience, Tell: n.tell}
		defer n.far.Close()
		return n.run(ctx)
	})
	n.meter.clear()
	return n.report(err)
}

// tell says that the connection was lost, and that it is there again.
func (n *copier) tell(lost bool) {
	n.meter.clear()
	if !n.quiet {
		n.app.tellLoss(lost)
	}
}
