package ways

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/netip"
	"os"
	"slices"
	"sort"
	"sync"
	"time"

	"jump/internal/atomicfile"
	"jump/transport/reach"
)

// Bounds of a book.
const (
	maxNetworks  = 32
	maxAddresses = 8
	maxFile      = 64 << 10            // bytes
	addressLife  = 30 * 24 * time.Hour // since the site was last found there
	addressFresh = 24 * time.Hour      // until that is written again
	lookupTime   = 2 * time.Second     // for a name whose addresses are known already
)

// Book is what a Dialer remembers: of each network which way leads out of it,
// and the addresses at which the site was found. The oldest of what is too much
// is forgotten. It is safe for concurrent use.
type Book struct {
	path string // "": nothing is written

	mu   sync.Mutex
	page page
}

// page is the file.
type page struct {
	Networks  map[string]Memory        `json:"networks"`
	Addresses map[netip.Addr]time.Time `json:"addresses"` // when the site was found there
}

// NewBook returns an empty book without a file.
func NewBook() *Book {
	return &Book{page: page{map[string]Memory{}, map[netip.Addr]time.Time{}}}
}

// OpenBook reads the book in a file that needs not exist. The book is never nil:
// after an error, which says that the file is damaged, it begins empty.
func OpenBook(path string) (*Book, error) {
	b := NewBook()
	b.path = path
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err != nil {
		return b, fmt.Errorf("read what is known of networks: %w", err)
	}
	defer f.Close()
	if err := json.NewDecoder(io.LimitReader(f, maxFile)).Decode(&b.page); err != nil {
		b.page = NewBook().page
		return b, fmt.Errorf("read what is known of networks: %w", err)
	}
	b.boundLocked()
	return b, nil
}

// KeepNothing lets the book write nothing to its file any more.
func (b *Book) KeepNothing() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.path = ""
}

// boundLocked forgets the oldest of what is too much.
func (b *Book) boundLocked() {
	if b.page.Networks == nil || b.page.Addresses == nil {
		fresh := NewBook().page
		maps.Copy(fresh.Networks, b.page.Networks)
		maps.Copy(fresh.Addresses, b.page.Addresses)
		b.page = fresh
	}
	forget(b.page.Networks, maxNetworks, func(m Memory) time.Time { return m.Seen })
	forget(b.page.Addresses, maxAddresses, func(t time.Time) time.Time { return t })
}

func forget[K comparable, V any](m map[K]V, most int, when func(V) time.Time) {
	for len(m) > most {
		oldest := slices.MinFunc(slices.Collect(maps.Keys(m)), func(a, b K) int { return when(m[a]).Compare(when(m[b])) })
		delete(m, oldest)
	}
}

// Memory returns what is known of a network.
func (b *Book) Memory(network string) Memory {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.page.Networks[network]
}

// Remember replaces what is known of a network. An error says that it is not on
// the disk.
func (b *Book) Remember(network string, m Memory) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	old, known := b.page.Networks[network]
	b.page.Networks[network] = m
	if m.Seen.Sub(old.Seen).Abs() < addressFresh {
		old.Seen = m.Seen
	}
	if known && old == m {
		return nil
	}
	return b.writeLocked()
}

// Good notes that the site was found at an address. An error says that it is
// not on the disk.
func (b *Book) Good(a netip.Addr, now time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	a = a.Unmap().WithZone("")
	if now.Sub(b.page.Addresses[a]).Abs() < addressFresh {
		return nil
	}
	b.page.Addresses[a] = now
	return b.writeLocked()
}

func (b *Book) writeLocked() error {
	b.boundLocked()
	if b.path == "" {
		return nil
	}
	text, err := json.Marshal(b.page)
	if err != nil {
		return err
	}
	return atomicfile.Write(b.path, text, 0o600)
}

// Addresses returns where the site was found in the last 30 days, the newest
// first. Times ahead of now were written by a clock that was wrong, and count.
func (b *Book) Addresses(now time.Time) []netip.Addr {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []netip.Addr
	for a, at := range b.page.Addresses {
		if now.Sub(at) < addressLife {
			out = append(out, a)
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		return b.page.Addresses[out[i]].After(b.page.Addresses[out[j]])
	})
	return out
}

// Resolve asks next, reach.System if it is nil, and adds the addresses at which
// the site was found before: dead name servers, and those of a captive portal,
// which know one address for every name, keep nobody away.
func (b *Book) Resolve(next reach.Resolve) reach.Resolve {
	if next == nil {
		next = reach.System
	}
	return func(ctx context.Context, host string) ([]netip.Addr, error) {
		known := b.Addresses(time.Now())
		if len(known) == 0 {
			return next(ctx, host)
		}
		ctx, cancel := context.WithTimeout(ctx, lookupTime)
		defer cancel()
		found, err := next(ctx, host)
		if err != nil {
			return known, nil
		}
		// One of the old ones must be among those that are tried.
		found = found[:min(len(found), 3)]
		for _, a := range known {
			if !slices.ContainsFunc(found, func(f netip.Addr) bool { return f.Unmap() == a }) {
				found = append(found, a)
			}
		}
		return found, nil
	}
}
