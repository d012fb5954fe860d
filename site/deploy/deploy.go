// Package deploy makes deployment keys (KEY_INFO) and decides whether an agent
// that shows one may join (docs/PROTOCOL.md section 2, requirements B1 to B8).
//
// It is not the key's format, which is installer/stamp, and it keeps nothing
// itself: a key's public half, its validity and its uses are in site/store,
// its secret is told once, to whoever created it.
package deploy

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"jump/installer/stamp"
	"jump/site/store"
	"jump/transport/wire"
)

// Limits on how long a key is valid.
const (
	MinValidity     = 10 * time.Minute
	MaxValidity     = 365 * 24 * time.Hour
	DefaultValidity = 24 * time.Hour
)

// Parameters that a key may allow to be set at install time.
const (
	OverrideName     = "name"
	OverrideGroup    = "group"
	OverrideTag      = "tag"
	OverrideComments = "comments"
)

// Overrides returns all of them.
func Overrides() []string {
	return []string{OverrideName, OverrideGroup, OverrideTag, OverrideComments}
}

// modes are those that an installer may ask for (requirement A3). Empty leaves it
// to the rights of whoever installs.
func modes() []string { return []string{"", "service", "user"} }

// ErrRequest says that a key was asked for that there cannot be. The error that
// wraps it is a sentence for people.
var ErrRequest = errors.New("cannot create a deployment key")

// Keys are the deployment keys of one site. Methods are safe for concurrent use.
type Keys struct {
	store *store.Store
	site  wire.ID // the pin that every key carries
	host  string
	port  uint16
	now   func() time.Time
}

// New returns the keys of the site that has that identity and that agents reach
// under address, an https URL (port 443 if it names none).
func New(s *store.Store, identity ed25519.PublicKey, address string) (*Keys, error) {
	k := &Keys{store: s, site: wire.IDOf(identity), now: time.Now}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" {
		return nil, fmt.Errorf("the site's address %q is not of the form https://host:port", address)
	}
	port := uint64(443)
	if u.Port() != "" {
		if port, err = strconv.ParseUint(u.Port(), 10, 16); err != nil {
			return nil, fmt.Errorf("the site's address %q: port: %w", address, err)
		}
	}
	k.host, k.port = u.Hostname(), uint16(port)
	_, err = stamp.New(k.site, k.host, k.port)
	return k, err
}

// Request says what a new key shall be good for. Name to Comments become those
// of the clients that come with it, unless they are overridden.
type Request struct {
	Platform  string // an id of site/packages, or empty
	Mode      string // stamp.Label has it
	Name      string
	Group     string // in any spelling of ResolveGroup; empty: general
	Tag       string
	Comments  string
	ValidFor  time.Duration // 0: DefaultValidity
	MaxUses   int           // 0: no limit
	Overrides []string      // nil: all of Overrides
	Passive   bool          // clients begin as passive ones
	CreatedBy string
}

// Created is a new key. Info is KEY_INFO, which holds the secret: it can be
// shown now and never again.
type Created struct {
	store.Key
	Info string
}

// Create makes a key. An error wraps ErrRequest, or is a *wire.Refused that
// says that the group does not exist, unless the database failed.
func (k *Keys) Create(ctx context.Context, r Request) (Created, error) {
	if r.ValidFor == 0 {
		r.ValidFor = DefaultValidity
	}
	if r.Overrides == nil {
		r.Overrides = Overrides()
	}
	if err := r.check(); err != nil {
		return Created{}, fmt.Errorf("%w: %w", ErrRequest, err)
	}
	group, err := k.ResolveGroup(ctx, r.Group)
	if err != nil {
		return Created{}, err
	}
	info, err := stamp.New(k.site, k.host, k.port)
	if err != nil {
		return Created{}, err
	}
	now := k.now()
	key := store.Key{
		UID: strings.ToLower(rand.Text()[:12]), ID: info.ID, PublicKey: info.Signer().Public().(ed25519.PublicKey),
		Platform: r.Platform, Mode: r.Mode, Name: r.Name, Group: group.Code, Tag: r.Tag, Comments: r.Comments, Overrides: r.Overrides,
		MaxUses: r.MaxUses, Passive: r.Passive, CreatedBy: r.CreatedBy, CreatedAt: now, ExpiresAt: now.Add(r.ValidFor),
	}
	return Created{key, info.String()}, k.store.CreateKey(ctx, key)
}

func (r Request) check() error {
	if err := errors.Join(checkValidity(r.ValidFor), checkUses(r.MaxUses)); err != nil {
		return err
	}
	for _, o := range r.Overrides {
		if !slices.Contains(Overrides(), o) {
			return fmt.Errorf("%.64q cannot be overridden; possible are %s", o, strings.Join(Overrides(), ", "))
		}
	}
	if !slices.Contains(modes(), r.Mode) {
		return fmt.Errorf("%.16q is no mode; there are service and user", r.Mode)
	}
	if r.Mode == "user" && elevated(r.Platform) {
		return fmt.Errorf("a package of this kind (%s) always installs a service; for user mode take the .bin or .exe", r.Platform)
	}
	w := wire.Wishes{Name: r.Name, Group: r.Group, Tag: r.Tag, Comments: r.Comments}
	return w.Validate()
}

// elevated says whether a platform's file is one that only administrators can
// install, for the whole computer.
func elevated(platform string) bool {
	for _, kind := range []string{"-msi", "-deb-", "-rpm-"} {
		if strings.Contains(platform, kind) {
			return true
		}
	}
	return false
}

// Find returns one key without its secret, or an error that wraps
// store.ErrNotFound.
func (k *Keys) Find(ctx context.Context, uid string) (store.Key, error) {
	return k.store.KeyByUID(ctx, uid)
}

// List returns all keys, the newest first, without their secrets.
func (k *Keys) List(ctx context.Context) ([]store.Key, error) { return k.store.Keys(ctx) }

// Revoke withdraws a key. Clients that came with it stay. The error wraps
// store.ErrNotFound if there is no such key.
func (k *Keys) Revoke(ctx context.Context, uid string) error { return k.store.RevokeKey(ctx, uid) }

// ResolveGroup finds a group by any of its spellings (requirement B6), in any
// case: user:<name> or the German guide's Benutzer:<name> for the personal
// group of a user, jumpgroup:<code>, or the bare name or code of a shared
// group. Empty is the general group. If there is none, the error is a
// *wire.Refused with wire.CodeNoGroup.
func (k *Keys) ResolveGroup(ctx context.Context, spelling string) (store.Group, error) {
	g, err := k.findGroup(ctx, strings.TrimSpace(spelling))
	if errors.Is(err, store.ErrNotFound) {
		return g, refusal(wire.CodeNoGroup, fmt.Sprintf("There is no Jump Group %q on this site.", spelling),
			"Give user:<name>, jumpgroup:<code> or the name of a shared group.")
	}
	return g, err
}

func (k *Keys) findGroup(ctx context.Context, spelling string) (store.Group, error) {
	if spelling == "" {
		return k.store.Group(ctx, store.GeneralGroup)
	}
	kind, rest, _ := strings.Cut(spelling, ":")
	switch strings.ToLower(kind) {
	case "user", "benutzer":
		return k.store.Group(ctx, store.PersonalGroup(rest))
	case "jumpgroup":
		return k.store.Group(ctx, rest)
	}
	g, err := k.store.SharedGroup(ctx, spelling)
	if errors.Is(err, store.ErrNotFound) && !strings.Contains(spelling, ":") {
		return k.store.Group(ctx, spelling)
	}
	return g, err
}
