package store

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"jump/transport/wire"
)

// crowd fills a store with n clients in one transaction.
func crowd(b *testing.B, n int) *Store {
	b.Helper()
	s := open(b)
	now := time.Now()
	err := s.write(b.Context(), func(tx *sql.Tx) error {
		for i := range n {
			id, public := agent(i)
			facts := wire.Status{
				Hostname: fmt.Sprintf("pc-%06d.example.org", i), ConsoleUser: fmt.Sprintf("user%d", i%5000), Domain: "corp",
				SystemName: "Debian GNU/Linux 12 (bookworm)", PrivateIP: fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255),
			}
			c := Enrolment{ID: id, PublicKey: public, Group: GeneralGroup, Tag: fmt.Sprintf("room %d", i%100),
				Comments: fmt.Sprintf("bought together with %d others, stands in building %d", i%7, i%30), Facts: facts}.client(now)
			c.Online = i%3 > 0
			if err := insertClient(b.Context(), tx, &c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkClients holds the limit of docs/PROTOCOL.md section 8: 50 ms for any question
// over 100,000 clients.
func BenchmarkClients(b *testing.B) {
	s := crowd(b, 100_000)
	began := time.Now()
	if _, err := s.Counts(b.Context(), nil); err != nil {
		b.Fatal(err)
	}
	b.Logf("first question, which reads the index: %v", time.Since(began))
	for _, c := range []struct {
		name  string
		query Query
	}{
		{"first page", Query{}},
		{"by status", Query{Sort: SortStatus}},
		{"last seen", Query{Sort: SortLastSeen, Descending: true}},
		{"rare", Query{Search: "pc-099999"}},
		{"common", Query{Search: "e"}},
		{"none", Query{Search: "no such thing"}},
		{"one field", Query{Search: "user42", Fields: []Field{FieldConsoleUser}}},
		{"common in one field", Query{Search: "1", Fields: []Field{FieldPublicIP}}},
		{"tag", Query{Tag: "room 42"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Clients(b.Context(), c.query); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("counts", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Counts(b.Context(), nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("groups", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Groups(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkSaveReports is what a minute of 100,000 clients costs, divided by 100.
func BenchmarkSaveReports(b *testing.B) {
	s := crowd(b, 1000)
	var reports []Report
	for i := range 1000 {
		id, _ := agent(i)
		reports = append(reports, Report{id, wire.Status{Hostname: fmt.Sprintf("pc-%06d", i), CPUPermille: i % 1000}})
	}
	for b.Loop() {
		if _, err := s.SaveReports(b.Context(), reports); err != nil {
			b.Fatal(err)
		}
	}
}
