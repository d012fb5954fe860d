package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"jump/transport/wire"
)

// Limits on the clients of one page.
const (
	DefaultLimit = 200
	MaxLimit     = 1000
)

// Query asks for clients. The zero value asks for all of them by name.
type Query struct {
	Search     string   // in any case, anywhere in a field
	Fields     []Field  // to search in; none: all
	Groups     []string // codes that may be seen; nil: all, empty: none
	Group      string   // code; empty: any
	Tag        string   // empty: any
	State      State    // empty: any
	Sort       Sort     // empty: SortName
	Descending bool
	Limit      int    // 0: DefaultLimit; at most MaxLimit
	Cursor     string // Page.Next of the page before
}

// Page is a part of an answer.
type Page struct {
	Clients []Client
	Next    string // Cursor of the next page; empty: this is the last
	Counts  Counts // of all that match everything but State, Limit and Cursor
}

// ErrQuery says that a query makes no sense: an unknown order, or a cursor that
// does not come from this order.
var ErrQuery = errors.New("bad query")

// Clients returns one page of clients. Clients that change while one turns
// pages may be left out or come twice, all others come once.
func (s *Store) Clients(ctx context.Context, q Query) (Page, error) {
	if q.Sort == "" {
		q.Sort = SortName
	}
	if q.Limit <= 0 {
		q.Limit = DefaultLimit
	}
	q.Limit = min(q.Limit, MaxLimit)
	after, err := q.check()
	if err != nil {
		return Page{}, err
	}
	if err := s.index.refresh(ctx, s.reader); err != nil {
		return Page{}, fmt.Errorf("list clients: %w", err)
	}
	places, counts := s.index.find(q, after, q.Limit+1)
	page := Page{Counts: counts}
	if len(places) > q.Limit {
		places = places[:q.Limit]
		page.Next = q.cursor(places[q.Limit-1])
	}
	page.Clients, err = s.fetch(ctx, places)
	return page, err
}

// Counts returns how many clients there are in groups that may be seen; nil
// means all groups.
func (s *Store) Counts(ctx context.Context, groups []string) (Counts, error) {
	if err := s.index.refresh(ctx, s.reader); err != nil {
		return Counts{}, fmt.Errorf("count clients: %w", err)
	}
	const none State = "none" // counts do not look at it, and no client has it
	_, counts := s.index.find(Query{Groups: groups, State: none}, nil, 1)
	return counts, nil
}

// check returns the place where a page begins, nil for the first.
func (q Query) check() (*place, error) {
	if !slices.Contains(Sorts(), q.Sort) {
		return nil, fmt.Errorf("%w: no order is called %.64q", ErrQuery, q.Sort)
	}
	if q.Cursor == "" {
		return nil, nil
	}
	p, err := q.parseCursor()
	if err != nil {
		return nil, fmt.Errorf("%w: cursor: %w", ErrQuery, err)
	}
	return &p, nil
}

// mark is a cursor before it is encoded.
type mark struct {
	Sort       Sort   `json:"s"`
	Descending bool   `json:"d,omitempty"`
	Number     int64  `json:"n,omitempty"`
	Text       []byte `json:"t,omitempty"`
	Name       []byte `json:"a,omitempty"`
	ID         []byte `json:"i"`
}

func (q Query) cursor(p place) string {
	b, err := json.Marshal(mark{q.Sort, q.Descending, p.number, []byte(p.text), []byte(p.name), p.id[:]})
	if err != nil {
		panic(err) // numbers and bytes can always be encoded
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// maxCursor is longer than any cursor: two texts of maxPlace bytes, twice in
// base64, and what is around them.
const maxCursor = 2048

func (q Query) parseCursor() (place, error) {
	if len(q.Cursor) > maxCursor {
		return place{}, errors.New("too long")
	}
	b, err := base64.RawURLEncoding.DecodeString(q.Cursor)
	if err != nil {
		return place{}, err
	}
	var m mark
	if err := json.Unmarshal(b, &m); err != nil {
		return place{}, err
	}
	if m.Sort != q.Sort || m.Descending != q.Descending || len(m.ID) != len(wire.ID{}) {
		return place{}, errors.New("made for another order")
	}
	return place{m.Number, string(m.Text), string(m.Name), wire.ID(m.ID)}, nil
}

// fetch returns the clients at these places, in this order.
func (s *Store) fetch(ctx context.Context, places []place) ([]Client, error) {
	if len(places) == 0 {
		return nil, nil
	}
	numbers, ids := make([]string, len(places)), make([]any, len(places))
	order := make(map[wire.ID]int, len(places))
	for i, p := range places {
		numbers[i], ids[i], order[p.id] = fmt.Sprintf("$%d", i+1), p.id.String(), i
	}
	clients, err := collect(ctx, s.reader, scanClient,
		selectClient+"WHERE c.removed_at = 0 AND c.id IN ("+strings.Join(numbers, ", ")+")", ids...)
	if err != nil {
		return nil, fmt.Errorf("fetch clients: %w", err)
	}
	slices.SortFunc(clients, func(a, b Client) int { return order[a.ID] - order[b.ID] })
	return clients, nil
}
