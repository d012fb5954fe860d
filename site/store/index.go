package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync"

	"jump/transport/wire"
)

// index holds an entry for every client. It is not kept up by those who write:
// every reader first takes over what has changed in the database since, by the
// change numbers, whoever wrote it, in this process or in another. So it is
// never staler than a query would be.
type index struct {
	mu      sync.RWMutex
	upTo    int64 // every change up to this number is in entries
	entries []*entry
	at      map[wire.ID]int // index into entries
}

// refresh takes over what has changed.
func (x *index) refresh(ctx context.Context, db *sql.DB) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	// Nothing was written: there is nothing to lose in a roll-back.
	defer discard(tx)
	var upTo int64
	if err := tx.QueryRowContext(ctx, "SELECT value FROM counters WHERE name = 'client_change'").Scan(&upTo); err != nil {
		return err
	}
	if upTo == x.upTo {
		return nil
	}
	changed, err := collect(ctx, tx, scanEntry, selectClient+"WHERE c.changed > $1", x.upTo)
	if err != nil {
		return err
	}
	x.take(changed)
	x.upTo = upTo
	return nil
}

func scanEntry(row scanner) (*entry, error) {
	c, err := scanClient(row)
	if err != nil {
		return nil, err
	}
	return newEntry(&c), nil
}

// take puts changed entries in the place of what they replace.
func (x *index) take(changed []*entry) {
	if x.at == nil {
		x.at = make(map[wire.ID]int, len(changed))
	}
	for _, e := range changed {
		i, known := x.at[e.id]
		switch {
		case e.removed && known:
			x.drop(i)
		case e.removed:
		case known:
			x.entries[i] = e
		default:
			x.at[e.id] = len(x.entries)
			x.entries = append(x.entries, e)
		}
	}
}

// drop removes entry i; the last one takes its place.
func (x *index) drop(i int) {
	last := len(x.entries) - 1
	delete(x.at, x.entries[i].id)
	if i != last {
		x.entries[i] = x.entries[last]
		x.at[x.entries[i].id] = i
	}
	x.entries[last] = nil
	x.entries = x.entries[:last]
}

// filter is a Query made ready to be asked 100,000 times.
type filter struct {
	needle  string
	fields  []Field
	visible map[string]bool // nil: all groups
	group   string
	tag     string
	state   State
}

func (q Query) filter() filter {
	f := filter{needle: fold(q.Search), fields: q.Fields, group: fold(q.Group), tag: q.Tag, state: q.State}
	if q.Groups != nil {
		f.visible = map[string]bool{}
		for _, code := range q.Groups {
			f.visible[fold(code)] = true
		}
	}
	return f
}

// matches reports whether an entry passes everything but the state.
func (f *filter) matches(e *entry) bool {
	return (f.visible == nil || f.visible[e.group]) &&
		(f.group == "" || f.group == e.group) &&
		(f.tag == "" || f.tag == e.tag) &&
		(f.needle == "" || e.contains(f.needle, f.fields))
}

// find returns the first n places after the cursor in the query's order, and
// counts all that match.
func (x *index) find(q Query, after *place, n int) ([]place, Counts) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	f, top, counts := q.filter(), first{n: n, descending: q.Descending}, Counts{}
	for _, e := range x.entries {
		if !f.matches(e) {
			continue
		}
		counts.add(e.state)
		if f.state != "" && f.state != e.state {
			continue
		}
		if p := e.place(q.Sort); after == nil || top.before(*after, p) {
			top.offer(p)
		}
	}
	return top.sorted(), counts
}

// first keeps the first n of many places.
type first struct {
	n          int
	descending bool
	kept       []place // up to 8n; sorted and cut to n whenever that is reached
	full       bool    // n places are before or at worst, so others need not apply
	worst      place
}

func (t *first) before(a, b place) bool { return t.compare(a, b) < 0 }

func (t *first) compare(a, b place) int {
	if t.descending {
		return b.compare(a)
	}
	return a.compare(b)
}

func (t *first) offer(p place) {
	if t.full && t.before(t.worst, p) {
		return
	}
	if t.kept = append(t.kept, p); len(t.kept) >= 8*t.n {
		t.sorted()
	}
}

// sorted returns what is kept, in order.
func (t *first) sorted() []place {
	slices.SortFunc(t.kept, t.compare)
	if len(t.kept) >= t.n {
		t.kept = t.kept[:t.n]
		t.full, t.worst = true, t.kept[t.n-1]
	}
	return t.kept
}
