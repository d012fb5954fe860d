package commands

import (
	"cmp"
	"context"
	"fmt"
	"os"

	"jump/cmd/jump/internal/apiclient"
	"jump/cmd/jump/internal/profile"
)

// site returns the site to speak to: the environment's, or that of the last
// `jump login`. What was remembered for one site is never sent to another.
func (a *app) site() (*apiclient.Site, error) {
	p, err := profile.Load()
	if err != nil {
		return nil, err
	}
	if url := a.env("JUMP_SITE"); url != "" {
		parsed, err := apiclient.ParseURL(url)
		if err != nil {
			return nil, fmt.Errorf("JUMP_SITE: %w", err)
		}
		if parsed.String() != p.Site {
			p = profile.Profile{Site: parsed.String()}
		}
	}
	p.Token = cmp.Or(a.env("JUMP_TOKEN"), p.Token)
	if p.Site == "" || p.Token == "" {
		return nil, apiclient.ErrNotSignedIn
	}
	ca, err := readCA(a.env("JUMP_CA"), p.Authority())
	if err != nil {
		return nil, err
	}
	return connect(p.Site, p.Token, ca)
}

func connect(url, token string, ca []byte) (*apiclient.Site, error) {
	config, err := apiclient.Trust(ca)
	if err != nil {
		return nil, err
	}
	return apiclient.New(apiclient.Options{URL: url, Token: token, TLS: config})
}

// readCA returns the contents of a file, or otherwise if none is named.
func readCA(file string, otherwise []byte) ([]byte, error) {
	if file == "" {
		return otherwise, nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the site's CA: %w", err)
	}
	return b, nil
}

// client returns the site and the client that a person means.
func (a *app) client(ctx context.Context, name string) (*apiclient.Site, apiclient.Client, error) {
	s, err := a.site()
	if err != nil {
		return nil, apiclient.Client{}, err
	}
	c, err := s.Find(ctx, name)
	return s, c, err
}
