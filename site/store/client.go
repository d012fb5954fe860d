package store

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"jump/site/copies"
	"jump/transport/wire"
)

// State is what a client's Status column shows (requirement E2).
type State string

// The states.
const (
	StateOnline      State = "online"
	StateOffline     State = "offline"
	StateDisabled    State = "disabled"    // connected, and switched off by its user (A7)
	StateUninstalled State = "uninstalled" // by hand on its computer (E10)
	StatePassive     State = "passive"     // keeps no tunnel, and can be called (G1)
	StateQuarantined State = "quarantined" // two computers show its key, and nobody has decided yet
)

// Client is a Jump Client. Facts, Version and Capabilities are claims of that
// computer and may be stale.
type Client struct {
	ID             wire.ID
	PublicKey      ed25519.PublicKey
	KeyUID         string // the deployment key it came with
	GivenName      string // empty: it goes by its hostname
	Name           string // what is shown, never empty
	Group          string // code
	GroupName      string // read only
	Tag            string
	Comments       string
	PublicIP       string // where its tunnel comes from
	Facts          wire.Status
	Capabilities   []wire.Kind
	Version        string
	Protocol       int
	Online         bool          // has a tunnel now
	Passive        bool          // it keeps none: it checks in, and is called (requirement G1)
	Absent         bool          // passive, and overdue: nobody expects it to answer
	Patience       time.Duration // after which a passive one without a sign of life is absent
	Reach          Reach         // how it can be called
	Connection     uint64        // counts its connections, and the join counters issued to it
	Copies         copies.Set    // the computers that show its key: one, but for copied disks
	QuarantinedAt  time.Time     // set while there are several about which nobody has decided
	CreatedAt      time.Time
	ConnectedAt    time.Time // when the last tunnel began
	LastSeenAt     time.Time
	LastAccessedAt time.Time // when a representative last opened a conversation
	UninstalledAt  time.Time
	RemovedAt      time.Time // set: this is a tombstone
}

// State returns what the Status column shows.
func (c Client) State() State {
	switch {
	case !c.QuarantinedAt.IsZero():
		return StateQuarantined
	case !c.UninstalledAt.IsZero():
		return StateUninstalled
	case !c.Online && (!c.Passive || c.Absent):
		return StateOffline
	case c.Facts.Disabled:
		return StateDisabled
	case c.Passive:
		return StatePassive
	}
	return StateOnline
}

// title sets the name that is shown.
func (c *Client) title() {
	switch {
	case c.GivenName != "":
		c.Name = c.GivenName
	case c.Facts.Hostname != "":
		c.Name = c.Facts.Hostname
	default:
		c.Name = c.ID.String()[:12]
	}
}

// ErrRemoved says that a client was removed from the site. It wraps
// ErrNotFound, because for people it does not exist any more (message M7).
var ErrRemoved = fmt.Errorf("removed: %w", ErrNotFound)

// Client returns one client. For a tombstone the error is ErrRemoved, and the
// client is returned as far as it is kept.
func (s *Store) Client(ctx context.Context, id wire.ID) (Client, error) {
	return findClient(ctx, s.reader, id)
}

const selectClient = `SELECT c.id, c.public_key, c.key_uid, c.given_name, c.name, c.group_code, g.name, c.tag, c.comments,
	c.public_ip, c.facts, c.capabilities, c.version, c.protocol, c.online, c.passive, c.absent, c.patience, c.reach, c.connection, c.copies,
	c.quarantined_at, c.created_at, c.connected_at, c.last_seen_at, c.last_accessed_at, c.uninstalled_at, c.removed_at
	FROM clients c LEFT JOIN groups g ON g.code = c.group_code `

func findClient(ctx context.Context, q queryer, id wire.ID) (Client, error) {
	c, err := scanClient(q.QueryRowContext(ctx, selectClient+"WHERE c.id = $1", id.String()))
	if err == nil && !c.RemovedAt.IsZero() {
		err = ErrRemoved
	}
	if err != nil {
		return c, fmt.Errorf("client %s: %w", id, missing(err))
	}
	return c, nil
}

func scanClient(row scanner) (Client, error) {
	var c Client
	var id, key, facts, kinds, set, reach string
	var patience, quarantined, created, connected, seen, accessed, uninstalled, removed int64
	if err := row.Scan(&id, &key, &c.KeyUID, &c.GivenName, &c.Name, &c.Group, &c.GroupName, &c.Tag, &c.Comments,
		&c.PublicIP, &facts, &kinds, &c.Version, &c.Protocol, &c.Online, &c.Passive, &c.Absent, &patience, &reach, &c.Connection, &set,
		&quarantined, &created, &connected, &seen, &accessed, &uninstalled, &removed); err != nil {
		return c, err
	}
	c.Patience = time.Duration(patience) * time.Millisecond
	c.QuarantinedAt, c.CreatedAt, c.ConnectedAt = fromMillis(quarantined), fromMillis(created), fromMillis(connected)
	c.LastSeenAt, c.LastAccessedAt = fromMillis(seen), fromMillis(accessed)
	c.UninstalledAt, c.RemovedAt = fromMillis(uninstalled), fromMillis(removed)
	return c, c.decode(id, key, facts, kinds, set, reach)
}

// decode reads the columns that are not plain values.
func (c *Client) decode(id, key, facts, kinds, set, reach string) error {
	var errs [6]error
	c.ID, errs[0] = wire.ParseID(id)
	c.PublicKey, errs[1] = base64.StdEncoding.DecodeString(key)
	errs[2] = json.Unmarshal([]byte(facts), &c.Facts)
	var numbers []int // a []Kind would be read as base64, being bytes
	errs[3] = json.Unmarshal([]byte(kinds), &numbers)
	errs[4] = json.Unmarshal([]byte(set), &c.Copies)
	errs[5] = json.Unmarshal([]byte(reach), &c.Reach)
	for _, n := range numbers {
		c.Capabilities = append(c.Capabilities, wire.Kind(n))
	}
	return errors.Join(errs[:]...)
}

// row returns the values of every column from key_uid on, in the order of
// saveClient's statements, then the change number and the id.
func (c *Client) row(changed int64) ([]any, error) {
	facts, err := json.Marshal(c.Facts)
	if err != nil {
		return nil, fmt.Errorf("encode facts: %w", err)
	}
	numbers := make([]int, len(c.Capabilities))
	for i, k := range c.Capabilities {
		numbers[i] = int(k)
	}
	kinds, err := json.Marshal(numbers)
	if err != nil {
		return nil, fmt.Errorf("encode capabilities: %w", err)
	}
	set, err := json.Marshal(c.Copies)
	if err != nil {
		return nil, fmt.Errorf("encode copies: %w", err)
	}
	reach, err := json.Marshal(c.Reach)
	if err != nil {
		return nil, fmt.Errorf("encode reach: %w", err)
	}
	return []any{c.KeyUID, c.GivenName, c.Name, c.Group, c.Tag, c.Comments, c.PublicIP, string(facts), string(kinds),
		c.Version, c.Protocol, truth(c.Online), truth(c.Passive), truth(c.Absent), c.Patience.Milliseconds(), string(reach), int64(c.Connection), string(set), toMillis(c.QuarantinedAt),
		toMillis(c.ConnectedAt), toMillis(c.LastSeenAt), toMillis(c.LastAccessedAt), toMillis(c.UninstalledAt),
		toMillis(c.RemovedAt), changed, c.ID.String()}, nil
}

// insertClient adds a new client; its group must exist.
func insertClient(ctx context.Context, q queryer, c *Client) error {
	c.title()
	changed, err := nextChange(ctx, q)
	if err != nil {
		return err
	}
	values, err := c.row(changed)
	if err != nil {
		return err
	}
	values = append(values, base64.StdEncoding.EncodeToString(c.PublicKey), toMillis(c.CreatedAt))
	_, err = q.ExecContext(ctx, `INSERT INTO clients (key_uid, given_name, name, group_code, tag, comments, public_ip,
		facts, capabilities, version, protocol, online, passive, absent, patience, reach, connection, copies, quarantined_at, connected_at,
		last_seen_at, last_accessed_at, uninstalled_at, removed_at, changed, id, public_key, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)`,
		values...)
	return err
}

// change reads a client, lets edit alter it and writes it back. The change
// number moves only if lists can see a difference.
func change(ctx context.Context, q queryer, id wire.ID, edit func(c *Client) error) (before, after Client, err error) {
	if before, err = findClient(ctx, q, id); err != nil {
		return before, before, err
	}
	after = before
	if err = edit(&after); err != nil {
		return before, before, err
	}
	after.title()
	if err := saveClient(ctx, q, &after, !listedAlike(&before, &after)); err != nil {
		return before, before, fmt.Errorf("save client %s: %w", id, err)
	}
	if after.Group != before.Group {
		after, err = findClient(ctx, q, id) // for the new group's name
	}
	return before, after, err
}

func saveClient(ctx context.Context, q queryer, c *Client, visibly bool) error {
	var changed int64 // 0 keeps the number it has
	if visibly {
		var err error
		if changed, err = nextChange(ctx, q); err != nil {
			return err
		}
	}
	values, err := c.row(changed)
	if err != nil {
		return err
	}
	return one(ctx, q, `UPDATE clients SET key_uid = $1, given_name = $2, name = $3, group_code = $4, tag = $5,
		comments = $6, public_ip = $7, facts = $8, capabilities = $9, version = $10, protocol = $11, online = $12,
		passive = $13, absent = $14, patience = $15, reach = $16, connection = $17, copies = $18, quarantined_at = $19,
		connected_at = $20, last_seen_at = $21, last_accessed_at = $22, uninstalled_at = $23, removed_at = $24,
		changed = CASE WHEN $25 > 0 THEN $25 ELSE changed END WHERE id = $26`, values...)
}

// nextChange draws the next change number. The counter's row is locked until
// the transaction ends, so numbers are committed in their order.
func nextChange(ctx context.Context, q queryer) (int64, error) {
	var n int64
	err := q.QueryRowContext(ctx, "UPDATE counters SET value = value + 1 WHERE name = 'client_change' RETURNING value").Scan(&n)
	return n, err
}
