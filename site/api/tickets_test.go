package api

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"jump/site/auth"
	"jump/transport/wire"
)

var morning = time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)

// give issues a ticket for a screen, and fails the test if there is none.
func give(t *testing.T, x *tickets, user string, at time.Time) string {
	t.Helper()
	secret, err := x.issue(ticket{user: auth.User{Name: user}, session: "s", channel: "screen"}, at)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// valid reports whether a ticket opens the screen, and uses it up.
func valid(x *tickets, secret string, at time.Time) bool {
	_, err := x.use(secret, "s", "screen", at)
	return err == nil
}

func TestTicketLife(t *testing.T) {
	var x tickets
	if valid(&x, "", morning) {
		t.Error("nothing is a ticket")
	}
	secret := give(t, &x, "eva", morning)
	if u, err := x.use(secret, "s", "screen", morning.Add(ticketLife-1)); err != nil || u.Name != "eva" {
		t.Errorf("%+v, %v", u, err)
	}
	if valid(&x, secret, morning) {
		t.Error("it is good twice")
	}
	if secret = give(t, &x, "eva", morning); valid(&x, secret, morning.Add(ticketLife)) {
		t.Error("it is good for too long")
	}
	secret = give(t, &x, "eva", morning)
	if _, err := x.use(secret, "another", "screen", morning); err == nil || valid(&x, secret, morning) {
		t.Error("it is good for another session, or after it was tried there")
	}
}

// TestTicketLimits: nobody has more than their share, whoever asks for more loses
// their own oldest, and memory has a bound.
func TestTicketLimits(t *testing.T) {
	var x tickets
	other := give(t, &x, "adam", morning)
	var all []string
	for i := range ticketsPerUser + 1 {
		all = append(all, give(t, &x, "eva", morning.Add(time.Duration(i)*time.Millisecond)))
	}
	if valid(&x, all[0], morning) || !valid(&x, all[1], morning) || !valid(&x, other, morning) {
		t.Error("another one than the oldest of that user went")
	}
	for i := 0; len(x.open) < ticketsInAll; i++ {
		give(t, &x, fmt.Sprint("user", i), morning)
	}
	_, err := x.issue(ticket{user: auth.User{Name: "late"}}, morning)
	var refused *wire.Refused
	if !errors.As(err, &refused) || refused.Code != wire.CodeOverloaded {
		t.Errorf("one more than all: %v", err)
	}
	give(t, &x, "later", morning.Add(time.Minute))
	if len(x.open) != 1 {
		t.Errorf("%d tickets after all but one have expired", len(x.open))
	}
}
