package deploy

import (
	"context"
	"crypto/ed25519"
	"crypto/subtle"
	"errors"

	"jump/installer/stamp"
	"jump/site/store"
)

// Holder returns the key with that uid if info is its KEY_INFO, whether it may
// still be used or not. Anything else is a *wire.Refused with the same words
// after the same work: who does not hold the key learns nothing about it, not
// even whether it exists. The answer leads to where the site is now, whatever
// address info names.
func (k *Keys) Holder(ctx context.Context, uid, info string) (store.Key, stamp.Key, error) {
	shown, err := stamp.Parse(info)
	if err != nil {
		return store.Key{}, stamp.Key{}, unknownKey()
	}
	key, err := k.store.KeyByUID(ctx, uid)
	if errors.Is(err, store.ErrNotFound) {
		key.PublicKey = nobody
	} else if err != nil {
		return store.Key{}, stamp.Key{}, err
	}
	public := shown.Signer().Public().(ed25519.PublicKey)
	same := subtle.ConstantTimeCompare(public, key.PublicKey) & subtle.ConstantTimeCompare(shown.ID[:], key.ID[:]) &
		subtle.ConstantTimeCompare(shown.Site[:], k.site[:])
	if same != 1 {
		return store.Key{}, stamp.Key{}, unknownKey()
	}
	shown.Host, shown.Port = k.host, k.port
	return key, shown, nil
}

// Usable returns nil if an installer with that key still enrols somebody, and
// else the *wire.Refused that says why not.
func (k *Keys) Usable(key store.Key) error { return Answer(key.Usable(k.now())) }
