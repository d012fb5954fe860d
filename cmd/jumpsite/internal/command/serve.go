package command

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"jump/cmd/jumpsite/internal/demo"
	"jump/site"
	"jump/site/api"
)

func serve(env *Environment) *cobra.Command {
	o := site.Options{Console: env.Console}
	c := &cobra.Command{
		Use: "serve", Short: "Run the site", Args: cobra.NoArgs,
		Long: `Run the site until it is interrupted.

The first administrator is made on the command line, beside the running site:
  jumpsite user add NAME --role admin --password-stdin --data DIR`,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.Data == "" {
				return usageError{errors.New("where shall the site keep its data? Give a folder with --data DIR, or set JUMP_DATA")}
			}
			if (o.CertFile == "") != (o.KeyFile == "") {
				return usageError{errors.New("--tls-cert and --tls-key belong together")}
			}
			logTo(env)
			collectOften(env)
			s, err := site.Open(c.Context(), o)
			if err != nil {
				return err
			}
			fmt.Fprintf(env.Out, "site       %s\ndata       %s\npackages   %s\n", s.URL(), o.Data, s.Packages.Path())
			if ca := s.CAFile(); ca != "" {
				fmt.Fprintf(env.Out, "authority  %s\n", ca)
			}
			return s.Run(c.Context())
		},
	}
	dataFlag(c, env, &o.Data)
	c.Flags().StringVar(&o.Listen, "listen", "localhost:8443", "address of the site's port: TCP for people, UDP for Jump Clients")
	c.Flags().StringVar(&o.URL, "url", "", "where people and Jump Clients reach the site, https://HOST[:PORT]")
	c.Flags().StringVar(&o.Name, "name", "Jump", "name of the site, as people see it")
	c.Flags().StringVar(&o.Packages, "packages", "", `folder of the installers' packages (default: "packages" beside this program, or else in the data folder)`)
	c.Flags().StringVar(&o.CertFile, "tls-cert", "", "web certificate (PEM), in place of one from the site's own authority")
	c.Flags().StringVar(&o.KeyFile, "tls-key", "", "its key (PEM)")
	return c
}

// collectOften lets garbage grow to half of what is alive, not to as much again:
// what is alive are mostly idle tunnels, and memory is what limits how many a
// site can hold. Who has set GOGC has decided.
func collectOften(env *Environment) {
	if env.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}

// logTo sends the log to standard error.
func logTo(env *Environment) {
	slog.SetDefault(slog.New(slog.NewTextHandler(env.Err, nil)))
}

func demonstrate(env *Environment) *cobra.Command {
	o := demo.Options{Out: env.Out, Console: env.Console}
	c := &cobra.Command{
		Use: "demo", Short: "Run a site, an account and a Jump Client on this computer", Args: cobra.NoArgs,
		Long: `Run a site, an account and a Jump Client on this very computer, and show how to
use them. Where there is no screen, a virtual one is started. Ctrl-C ends all of
it and leaves nothing behind but the data folder.`,
		RunE: func(c *cobra.Command, _ []string) error { return demo.Run(c.Context(), o) },
	}
	c.Flags().StringVar(&o.Data, "data", "", "folder to keep it all in; without it a temporary one")
	c.Flags().StringVar(&o.Listen, "listen", "localhost:8443", "address of the site's port")
	c.Flags().StringVar(&o.Client, "client", "", "the program jumpclient; without it the one beside this program")
	return c
}

// describe writes the description of the API, from which the console's types
// are made.
func describe() *cobra.Command {
	return &cobra.Command{Use: "openapi FILE", Hidden: true, Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := api.Description()
			if err != nil {
				return err
			}
			return os.WriteFile(args[0], text, 0o644)
		}}
}
