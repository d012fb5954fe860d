package demo

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"jump/internal/atomicfile"
	"jump/site/auth"
	"jump/site/store"
)

// user is the name of the demo's account.
const user = "admin"

// secrets are kept in the data folder, so that a second run is the same demo.
type secrets struct {
	Password string `json:"password"`
	Token    string `json:"token"`
	URL      string `json:"url"` // of the site that the client has enrolled with
}

// clientFolder is the client's in the data folder.
const clientFolder = "client"

// account makes sure that the account exists and that its secrets are known.
func (d *demo) account(ctx context.Context) (Facts, error) {
	path := filepath.Join(d.Data, "account.json")
	kept, err := readSecrets(path)
	if err != nil {
		return Facts{}, err
	}
	if kept.Password == "" {
		kept.Password = newPassword()
	}
	if err := d.makeUser(ctx, kept.Password); err != nil {
		return Facts{}, err
	}
	if _, err := d.site.Gate.Bearer(ctx, kept.Token); errors.Is(err, auth.ErrSignedOut) {
		if _, kept.Token, err = d.site.Gate.NewToken(ctx, user, "demo"); err != nil {
			return Facts{}, err
		}
	} else if err != nil {
		return Facts{}, err
	}
	if kept.URL != d.site.URL() { // the client would look for the old one
		if err := os.RemoveAll(filepath.Join(d.Data, clientFolder)); err != nil {
			return Facts{}, fmt.Errorf("remove the client of another site: %w", err)
		}
		kept.URL = d.site.URL()
	}
	text, err := json.MarshalIndent(kept, "", "  ")
	if err == nil {
		err = atomicfile.Write(path, append(text, '\n'), 0o600)
	}
	if err != nil {
		return Facts{}, fmt.Errorf("keep the account's secrets: %w", err)
	}
	return Facts{URL: d.site.URL(), User: user, Password: kept.Password, Token: kept.Token, CA: d.site.CAFile()}, nil
}

// readSecrets returns nothing if there is no file yet, or a broken one.
func readSecrets(path string) (secrets, error) {
	var kept secrets
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return kept, nil
	case err != nil:
		return kept, fmt.Errorf("read the account's secrets: %w", err)
	}
	if json.Unmarshal(text, &kept) != nil {
		return secrets{}, nil
	}
	return kept, nil
}

// makeUser makes the account, or sets its password where it exists already with
// another one.
func (d *demo) makeUser(ctx context.Context, password string) error {
	err := d.site.Gate.Add(ctx, auth.Account{Name: user, Role: auth.RoleAdmin, Password: password})
	if !errors.Is(err, store.ErrExists) {
		return err
	}
	if ok, err := d.site.Gate.Knows(ctx, user, password); ok || err != nil {
		return err
	}
	return d.site.Gate.SetPassword(ctx, user, password)
}

// newPassword returns 16 letters and digits that are easy to type.
func newPassword() string { return rand.Text()[:16] }
