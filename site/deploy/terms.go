package deploy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jump/site/store"
)

// Extension changes how long and how often a key may be used; nil leaves it.
type Extension struct {
	ValidFor *time.Duration // from now
	MaxUses  *int           // in all; 0: no limit
}

// Extend changes the terms of a key, also of one that has expired or is used up:
// the installers that people have become good again. An error wraps ErrRequest,
// store.ErrNotFound, or is a *wire.Refused for a key that was withdrawn.
func (k *Keys) Extend(ctx context.Context, uid string, e Extension) (store.Key, error) {
	terms := store.KeyTerms{MaxUses: e.MaxUses}
	if err := e.check(); err != nil {
		return store.Key{}, fmt.Errorf("%w: %w", ErrRequest, err)
	}
	if e.ValidFor != nil {
		until := k.now().Add(*e.ValidFor)
		terms.ExpiresAt = &until
	}
	key, err := k.store.ExtendKey(ctx, uid, terms)
	if errors.Is(err, store.ErrKeyUsedUp) {
		return key, fmt.Errorf("%w: it was used more often than %d times already", ErrRequest, *e.MaxUses)
	}
	return key, Answer(err)
}

func (e Extension) check() error {
	if e.ValidFor != nil {
		if err := checkValidity(*e.ValidFor); err != nil {
			return err
		}
	}
	if e.MaxUses != nil {
		return checkUses(*e.MaxUses)
	}
	return nil
}

func checkValidity(d time.Duration) error {
	if d < MinValidity || d > MaxValidity {
		return fmt.Errorf("a validity of %v is not between 10 minutes and one year", d)
	}
	return nil
}

func checkUses(n int) error {
	if n < 0 {
		return fmt.Errorf("%d uses: give 1 or more, or 0 for no limit", n)
	}
	return nil
}
