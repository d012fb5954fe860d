package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"jump/transport/wire"
)

// Change says what to set on a client (requirement E7); nil leaves it as it is.
// An empty Name makes it go by its hostname.
type Change struct {
	Name     *string
	Group    *string // code
	Tag      *string
	Comments *string
	Passive  *bool
}

// UpdateClient changes the properties of a client. ErrNoGroup if the group
// does not exist; ErrActiveLimit if it is to be active and there is no room
// (message M10); ErrNoPassive or ErrNoListening if it cannot be passive; an error about the limits of docs/PROTOCOL.md section 8 otherwise.
func (s *Store) UpdateClient(ctx context.Context, id wire.ID, change Change) (Client, error) {
	if err := change.validate(); err != nil {
		return Client{}, err
	}
	return s.editTx(ctx, id, func(tx *sql.Tx, c *Client) error {
		if change.Group != nil {
			g, err := findGroup(ctx, tx, "code = $1", fold(*change.Group))
			if err != nil {
				return errors.Join(ErrNoGroup, err)
			}
			c.Group = g.Code
		}
		set(&c.GivenName, change.Name)
		set(&c.Tag, change.Tag)
		set(&c.Comments, change.Comments)
		return c.setPassive(ctx, tx, change.Passive)
	})
}

// ErrNoGroup says that a client was to be put into a group that does not exist.
var ErrNoGroup = errors.New("there is no such Jump Group")

func (c Change) validate() error {
	var w wire.Wishes
	set(&w.Name, c.Name)
	set(&w.Tag, c.Tag)
	set(&w.Comments, c.Comments)
	return w.Validate()
}

func set[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

// RemoveClient makes a client a tombstone. What it reported is forgotten; its
// id, name and group are kept.
func (s *Store) RemoveClient(ctx context.Context, id wire.ID) (Client, error) {
	return s.editTx(ctx, id, func(tx *sql.Tx, c *Client) error {
		s.bury(c)
		return closeAlarm(ctx, tx, id, "removed", "", s.now())
	})
}

// bury makes a tombstone of a client.
func (s *Store) bury(c *Client) {
	c.RemovedAt, c.Online = s.now(), false
	c.Facts = wire.Status{Hostname: c.Facts.Hostname}
	c.PublicIP, c.Comments, c.Tag, c.Capabilities = "", "", "", nil
	c.Copies, c.QuarantinedAt = nil, time.Time{}
	c.Reach = Reach{}
}

// MarkUninstalled notes that a client was uninstalled on its computer. It
// stays in the lists with what it last reported (requirements C8, E10).
func (s *Store) MarkUninstalled(ctx context.Context, id wire.ID) (Client, error) {
	return s.edit(ctx, id, func(c *Client) error {
		c.UninstalledAt, c.Online, c.LastSeenAt = s.now(), false, s.now()
		return nil
	})
}

// MarkAccessed notes that a representative opened a conversation with it.
func (s *Store) MarkAccessed(ctx context.Context, id wire.ID) (Client, error) {
	return s.edit(ctx, id, func(c *Client) error {
		c.LastAccessedAt = s.now()
		return nil
	})
}

// edit changes one client in a transaction of its own.
func (s *Store) edit(ctx context.Context, id wire.ID, f func(c *Client) error) (Client, error) {
	return s.editTx(ctx, id, func(_ *sql.Tx, c *Client) error { return f(c) })
}

func (s *Store) editTx(ctx context.Context, id wire.ID, f func(tx *sql.Tx, c *Client) error) (Client, error) {
	var after Client
	err := s.write(ctx, func(tx *sql.Tx) error {
		var err error
		_, after, err = change(ctx, tx, id, func(c *Client) error { return f(tx, c) })
		return err
	})
	return after, err
}

func isNotFound(err error) bool { return errors.Is(err, ErrNotFound) }

// Enrolment is a client that asks to be taken in, after its proof was checked.
// Group is a code.
type Enrolment struct {
	KeyUID    string
	ID        wire.ID
	PublicKey []byte
	Name      string
	Group     string
	Tag       string
	Comments  string
	Facts     wire.Status
	Passive   bool
}

// Reasons why a deployment key is not accepted (any more).
var (
	ErrKeyRevoked = errors.New("the deployment key was withdrawn")
	ErrKeyExpired = errors.New("the deployment key has expired")
	ErrKeyUsedUp  = errors.New("the deployment key was used as often as it may be")
)

// Enrol takes a client in and counts one use of the key, both or neither. An
// agent that is known already gets the client that it is, whatever became of
// the key, and costs no use; then created is false. Otherwise the key must be
// valid at this moment: ErrKeyRevoked, ErrKeyExpired, ErrKeyUsedUp; and the site
// must have room: ErrTotalLimit, ErrActiveLimit. An agent that was removed gets
// ErrRemoved.
func (s *Store) Enrol(ctx context.Context, e Enrolment) (c Client, created bool, err error) {
	return s.take(ctx, e, func(tx *sql.Tx, now time.Time) error { return useKey(ctx, tx, e.KeyUID, now) })
}

// Readopt takes a client in again that this site had once and that was lost with
// its database: it was enrolled after the backup that was restored. Who it is
// must have been proved otherwise. The errors are those of Enrol but for the key.
func (s *Store) Readopt(ctx context.Context, e Enrolment) (c Client, created bool, err error) {
	return s.take(ctx, e, func(*sql.Tx, time.Time) error { return nil })
}

// take is Enrol with another permission than a key's.
func (s *Store) take(ctx context.Context, e Enrolment, may func(*sql.Tx, time.Time) error) (c Client, created bool, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		if c, err = findClient(ctx, tx, e.ID); !isNotFound(err) || errors.Is(err, ErrRemoved) {
			return err
		}
		now := s.now()
		if err := may(tx, now); err != nil {
			return err
		}
		if err := room(ctx, tx, oneMore(e.Passive)); err != nil {
			return err
		}
		c = e.client(now)
		if err := insertClient(ctx, tx, &c); err != nil {
			return err
		}
		created = true
		c, err = findClient(ctx, tx, e.ID)
		return err
	})
	return c, created && err == nil, err
}

func (e Enrolment) client(now time.Time) Client {
	return Client{
		ID: e.ID, PublicKey: e.PublicKey, KeyUID: e.KeyUID, GivenName: e.Name, Group: e.Group, Tag: e.Tag,
		Comments: e.Comments, Facts: e.Facts, Passive: e.Passive, CreatedAt: now, LastSeenAt: now,
	}
}
