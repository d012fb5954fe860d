package site_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"sync"
	"testing"

	"jump/installer/stamp"
	"jump/site/deploy"
	"jump/site/sitetest"
	"jump/site/store"
	"jump/transport"
	"jump/transport/quic"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// TestHerd: 201 computers enrol at once, over tunnels of their own and from one
// address, with a key for 200. Exactly one is told that the key is used up; the
// others are clients.
func TestHerd(t *testing.T) {
	const uses = 200
	s := sitetest.Start(t)
	key := s.Key(t, deploy.Request{MaxUses: uses, CreatedBy: sitetest.Admin})
	answers := make([]error, uses+1)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = enrol(t.Context(), key, transporttest.Key(fmt.Sprint("herd ", i))) })
	}
	all.Wait()
	var refused []error
	for _, err := range answers {
		if err != nil {
			refused = append(refused, err)
		}
	}
	var no *wire.Refused
	if len(refused) != 1 || !errors.As(refused[0], &no) || no.Code != wire.CodeKeyUsedUp || !no.Final || no.Hint == "" {
		t.Errorf("%d were refused: %v", len(refused), errors.Join(refused...))
	}
	counts, err := s.Clients.Counts(t.Context(), nil)
	if err != nil || counts.Total != uses {
		t.Errorf("%+v, %v; want %d clients", counts, err, uses)
	}
	if keys, err := s.Keys.List(t.Context()); err != nil || used(keys, key) != uses {
		t.Errorf("the key was used %d times, %v", used(keys, key), err)
	}
}

func used(keys []store.Key, key stamp.Key) int {
	for _, k := range keys {
		if k.ID == key.ID {
			return k.Uses
		}
	}
	return -1
}

// enrol tries as an agent does: whoever is turned away at the door, because too
// many stand there, comes again.
func enrol(ctx context.Context, key stamp.Key, own ed25519.PrivateKey) error {
	d, err := quic.NewDialer(quic.Config{Host: key.Host, Port: key.Port, Site: key.Site, Key: own})
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		tunnel, err := d.Dial(ctx)
		if err != nil {
			continue
		}
		err = hello(ctx, tunnel, key, wire.IDOf(own.Public().(ed25519.PublicKey)))
		tunnel.Close("enough")
		if no := (*wire.Refused)(nil); err == nil || errors.As(err, &no) && no.Final {
			return err
		}
	}
	return ctx.Err()
}

func hello(ctx context.Context, tunnel transport.Tunnel, key stamp.Key, id wire.ID) error {
	control, err := tunnel.Open(ctx)
	if err != nil {
		return err
	}
	text := wire.EnrolmentText(key.ID[:], id, tunnel.Peer().Binding)
	if err := wire.Send(control, wire.TypeHello, &wire.Hello{
		Protocol: wire.Version, Version: "0.0.0", Status: wire.Status{Hostname: "one of many"},
		Enrolment: &wire.Enrolment{KeyID: key.ID[:], Signature: ed25519.Sign(key.Signer(), text)},
	}); err != nil {
		return err
	}
	kind, body, err := wire.NewReader(control, wire.MaxControl).Next()
	if err != nil || kind != wire.TypeRefused {
		return err
	}
	var no wire.Refused
	return errors.Join(wire.Unmarshal(body, &no), &no)
}
