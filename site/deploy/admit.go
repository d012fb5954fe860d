package deploy

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"

	"jump/site/message"
	"jump/site/store"
	"jump/transport"
	"jump/transport/wire"
)

// Admit takes an agent in that proves to have a deployment key, and says
// whether that made a new client. The proof is a signature over the key that
// the agent itself proved in the handshake and over this very connection, so
// it cannot be used by anybody else, or again.
//
// A no is a *wire.Refused. Who cannot sign learns nothing about a key, not even
// whether it exists.
func (k *Keys) Admit(ctx context.Context, peer transport.Peer, e *wire.Enrolment, facts wire.Status) (store.Client, bool, error) {
	key, err := k.verify(ctx, peer, e)
	if err != nil {
		return store.Client{}, false, err
	}
	if err := key.Usable(k.now()); err != nil {
		return store.Client{}, false, Answer(err)
	}
	n, err := k.apply(ctx, key, e.Wishes)
	if err != nil {
		return store.Client{}, false, err
	}
	n.ID, n.PublicKey, n.Facts = wire.IDOf(peer.Key), peer.Key, facts
	c, created, err := k.store.Enrol(ctx, n)
	return c, created, Answer(err)
}

// nobody is a public key of which no one has the other half: it is what
// signatures under unknown keys are checked with, so that this takes as long
// as under known ones.
var nobody = func() ed25519.PublicKey {
	public, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return public
}()

func (k *Keys) verify(ctx context.Context, peer transport.Peer, e *wire.Enrolment) (store.Key, error) {
	if len(peer.Binding) != wire.BindingSize || len(e.KeyID) != len(store.Key{}.ID) {
		return store.Key{}, unknownKey()
	}
	key, err := k.store.KeyByID(ctx, [8]byte(e.KeyID))
	if errors.Is(err, store.ErrNotFound) {
		key.PublicKey = nobody
	} else if err != nil {
		return store.Key{}, err
	}
	text := wire.EnrolmentText(e.KeyID, wire.IDOf(peer.Key), peer.Binding)
	if !ed25519.Verify(key.PublicKey, text, e.Signature) {
		return store.Key{}, unknownKey()
	}
	return key, nil
}

// apply lets the wishes override what the key says, as far as it allows that.
func (k *Keys) apply(ctx context.Context, key store.Key, w wire.Wishes) (store.Enrolment, error) {
	n := store.Enrolment{KeyUID: key.UID, Name: key.Name, Group: key.Group, Tag: key.Tag, Comments: key.Comments, Passive: key.Passive}
	for _, p := range []struct {
		name, flag, wish string
		value            *string
	}{
		{OverrideName, "--jc-name", w.Name, &n.Name},
		{OverrideTag, "--jc-tag", w.Tag, &n.Tag},
		{OverrideComments, "--jc-comments", w.Comments, &n.Comments},
	} {
		if p.wish == "" || p.wish == *p.value {
			continue
		}
		if !slices.Contains(key.Overrides, p.name) {
			return n, overridden(p.name, p.flag)
		}
		*p.value = p.wish
	}
	if w.Group == "" {
		return n, nil
	}
	group, err := k.ResolveGroup(ctx, w.Group)
	switch {
	case err == nil && group.Code == key.Group:
	case !slices.Contains(key.Overrides, OverrideGroup):
		return n, overridden("Jump Group", "--jc-jump-group")
	default:
		n.Group = group.Code
	}
	return n, err
}

// Answer turns the store's reasons into answers; other errors stay.
func Answer(err error) error {
	switch {
	case errors.Is(err, store.ErrKeyExpired):
		return refusal(wire.CodeKeyExpired, "This installer is no longer valid: its time is over.", newInstaller)
	case errors.Is(err, store.ErrKeyUsedUp):
		return refusal(wire.CodeKeyUsedUp, "This installer was used as often as it may be.", newInstaller)
	case errors.Is(err, store.ErrKeyRevoked):
		return refusal(wire.CodeKeyRevoked, "This installer was withdrawn by an administrator.", newInstaller)
	case errors.Is(err, store.ErrTotalLimit):
		return full(wire.CodeTotalLimit)
	case errors.Is(err, store.ErrActiveLimit):
		return full(wire.CodeActiveLimit)
	}
	return err
}

// full refuses for want of room (requirement B12). That can change, so a fleet
// that was installed too early comes by itself later.
func full(code wire.Code) *wire.Refused {
	r := message.Refused(code)
	r.RetryAfter = 3600
	return r
}

const newInstaller = "Ask the administrator of the site for a new installer."

func unknownKey() *wire.Refused {
	return refusal(wire.CodeKeyUnknown, "The site does not know this deployment key.",
		"Check that KEY_INFO was copied as a whole and belongs to this site, or ask for a new installer.")
}

func overridden(what, flag string) *wire.Refused {
	return refusal(wire.CodeOverride, fmt.Sprintf("This installer does not allow the %s to be set.", what),
		fmt.Sprintf("Install without %s, or ask for an installer that allows it.", flag))
}

// refusal is final: an agent that tries again shows the same key and wishes.
func refusal(code wire.Code, text, hint string) *wire.Refused {
	return &wire.Refused{Code: code, Text: text, Hint: hint, Final: true}
}
