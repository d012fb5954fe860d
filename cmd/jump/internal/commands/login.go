package commands

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"jump/cmd/jump/internal/apiclient"
	"jump/cmd/jump/internal/profile"
	"jump/internal/version"
	"jump/platform/tty"
)

// credentials are the flags of login.
type credentials struct {
	name, ca, fingerprint string
	stdin                 bool // the password is on standard input
}

func (a *app) login() *cobra.Command {
	var c credentials
	cmd := &cobra.Command{
		Use:   "login URL",
		Short: "Sign in to a site and remember it",
		Long: `login signs in to the site at URL and remembers the site and a token made for this
computer, readable by you alone. "jump logout" ends the token and forgets both.

If the site's certificate comes from its own authority, name that with --ca or
JUMP_CA, or compare its fingerprint when asked.`,
		Example: `  jump login https://support.example.com
  jump login https://localhost:8443 --ca ca.pem --name admin --password-stdin < password`,
		Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error { return a.signIn(cmd.Context(), args[0], c) },
	}
	f := cmd.Flags()
	f.StringVar(&c.name, "name", "", "the name of the account (asked for otherwise)")
	f.BoolVar(&c.stdin, "password-stdin", false, "read the password from standard input")
	f.StringVar(&c.ca, "ca", "", "`file` with the certificate of the site's own authority (default $JUMP_CA)")
	f.StringVar(&c.fingerprint, "fingerprint", "", "trust the site's authority if it has this `sha256:…`")
	return cmd
}

func (a *app) signIn(ctx context.Context, url string, c credentials) error {
	ca, err := a.trust(ctx, url, c)
	if err != nil {
		return err
	}
	name, password, err := a.askCredentials(ctx, c)
	if err != nil {
		return err
	}
	p, err := tokenFor(ctx, url, ca, name, password)
	if err != nil {
		return err
	}
	old, oldErr := profile.Load()
	if err := profile.Save(p); err != nil {
		return errors.Join(err, revoke(ctx, p))
	}
	if oldErr == nil {
		_ = revoke(ctx, old) // the old site may be gone for good
	}
	fmt.Fprintf(a.out, "Signed in to %s as %s.\n", p.Site, plain(p.User))
	return nil
}

// tokenFor signs in with a password, for long enough to make a token.
func tokenFor(ctx context.Context, url string, ca []byte, name, password string) (profile.Profile, error) {
	config, err := apiclient.Trust(ca)
	if err != nil {
		return profile.Profile{}, err
	}
	jar, _ := cookiejar.New(nil) // never fails
	s, err := apiclient.New(apiclient.Options{URL: url, TLS: config, Jar: jar})
	if err != nil {
		return profile.Profile{}, err
	}
	me, err := s.SignIn(ctx, name, password)
	if err != nil {
		return profile.Profile{}, err
	}
	token, err := s.CreateToken(ctx, tokenName())
	_ = s.SignOut(ctx) // forgotten with the jar; left alone, the site ends it by itself
	if err != nil {
		return profile.Profile{}, err
	}
	return profile.Profile{Site: s.URL(), User: me.Name, Token: token.Token, TokenID: token.ID, CA: string(ca)}, nil
}

// tokenName is what the site's list of tokens shows.
func tokenName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "an unnamed computer"
	}
	return "jump " + version.Number + " on " + host
}

// revoke ends the token of a profile that is, or is about to be, forgotten.
func revoke(ctx context.Context, p profile.Profile) error {
	if p.TokenID == "" {
		return nil
	}
	s, err := connect(p.Site, p.Token, p.Authority())
	if err != nil {
		return err
	}
	return s.RevokeToken(ctx, p.TokenID)
}

// trust returns the PEM of the authority to believe, empty for the system's.
func (a *app) trust(ctx context.Context, url string, c credentials) ([]byte, error) {
	if file := cmp.Or(c.ca, a.env("JUMP_CA")); file != "" {
		return readCA(file, nil)
	}
	s, err := connect(url, "", nil)
	if err != nil {
		return nil, err
	}
	if _, err = s.Name(ctx); !apiclient.IsUntrusted(err) {
		return nil, err
	}
	anchor, err := apiclient.Anchor(ctx, url)
	if err != nil {
		return nil, err
	}
	if err := a.confirm(ctx, anchor, c.fingerprint); err != nil {
		return nil, err
	}
	return apiclient.PEM(anchor), nil
}

// confirm demands that a person, or a flag, vouches for the site's authority.
func (a *app) confirm(ctx context.Context, anchor *x509.Certificate, fingerprint string) error {
	switch {
	case fingerprint != "" && apiclient.SameFingerprint(anchor, fingerprint):
		return nil
	case fingerprint != "":
		return &failure{"the site's authority has another fingerprint: " + apiclient.Fingerprint(anchor),
			"Ask whoever runs the site.", "untrusted_site", exitError}
	case !tty.Is(a.in):
		return &failure{"the site's certificate comes from an authority of its own, with the fingerprint " + apiclient.Fingerprint(anchor),
			"Compare it on the site, then use --ca FILE or --fingerprint.", "untrusted_site", exitError}
	}
	fmt.Fprintf(a.err, "The site has an authority of its own: %s, valid until %s\n  %s\n",
		plain(anchor.Subject.CommonName), anchor.NotAfter.Format("2006-01-02"), apiclient.Fingerprint(anchor))
	answer, err := tty.Line(ctx, a.in, a.err, "Is that the fingerprint that the site showed you? (yes/no) ")
	if err != nil {
		return err
	}
	if !strings.EqualFold(strings.TrimSpace(answer), "yes") {
		return &failure{"the site is not trusted", "", "untrusted_site", exitError}
	}
	return nil
}

// askCredentials takes the name and the password from the flags, or asks.
func (a *app) askCredentials(ctx context.Context, c credentials) (name, password string, err error) {
	if (c.name == "" || !c.stdin) && !tty.Is(a.in) {
		return "", "", &failure{"there is no terminal to ask for a name and a password", "Use --name and --password-stdin.", "usage", exitUsage}
	}
	if name = c.name; name == "" {
		if name, err = tty.Line(ctx, a.in, a.err, "Name: "); err != nil {
			return "", "", err
		}
	}
	if c.stdin {
		password, err = tty.Line(ctx, a.in, a.err, "")
	} else {
		password, err = tty.Password(ctx, a.in, a.err, "Password: ")
	}
	return name, password, err
}

func (a *app) logout() *cobra.Command {
	return &cobra.Command{
		Use:   "logout",
		Short: "End the token of this computer and forget it",
		Args:  usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := profile.Load()
			if err != nil || p.Site == "" {
				return errors.Join(err, profile.Forget())
			}
			err = revoke(cmd.Context(), p)
			if problem, ok := errors.AsType[*apiclient.Problem](err); ok && problem.Status == http.StatusUnauthorized {
				err = nil // it was ended before
			}
			if err != nil {
				err = fmt.Errorf("the token was forgotten here, but not ended on the site: %w", err)
			}
			return errors.Join(profile.Forget(), err)
		},
	}
}

func (a *app) whoami() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "whoami",
		Short: "Say which site and account are used",
		Args:  usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.site()
			if err != nil {
				return err
			}
			me, err := s.Me(cmd.Context())
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(struct {
					Site string `json:"site"`
					apiclient.Me
				}{s.URL(), me})
			}
			_, err = fmt.Fprintf(a.out, "%s on %s (%s: %s)\n", plain(me.Name), s.URL(), plain(me.Role), plain(strings.Join(me.Permissions, ", ")))
			return err
		},
	})
}
