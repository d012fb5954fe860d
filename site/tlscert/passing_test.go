package tlscert

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"testing"
	"time"
)

// shown is the hash of the certificate that a browser is shown now.
func shown(t *testing.T, p *Passing) []byte {
	t.Helper()
	sum := sha256.Sum256(get(t, p).Certificate[0])
	return sum[:]
}

func hashes(t *testing.T, p *Passing) [][]byte {
	t.Helper()
	h, err := p.Hashes()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func among(h []byte, all [][]byte) bool {
	for _, x := range all {
		if bytes.Equal(x, h) {
			return true
		}
	}
	return false
}

// TestPassing lives through 60 days, looking every ten minutes: the certificate
// that is shown is always one that browsers accept, with clocks a day wrong, and
// that a page knew which asked half an hour before.
func TestPassing(t *testing.T) {
	c := &clock{noon}
	p := NewPassing(c.now)
	known, made := map[string]bool{}, 0
	before := hashes(t, p)
	for i := range 60 * 24 * 6 {
		leaf := get(t, p).Leaf
		key, ok := leaf.PublicKey.(*ecdsa.PublicKey)
		if !ok || key.Curve != elliptic.P256() || leaf.NotAfter.Sub(leaf.NotBefore) > 14*24*time.Hour {
			t.Fatalf("no browser accepts %v, valid for %v", leaf.PublicKey, leaf.NotAfter.Sub(leaf.NotBefore))
		}
		for _, wrong := range []time.Duration{-23 * time.Hour, 0, 24 * time.Hour} {
			if at := c.Add(wrong); at.Before(leaf.NotBefore) || at.After(leaf.NotAfter) {
				t.Fatalf("at %v it is not valid for a clock that is %v wrong", c.Sub(noon), wrong)
			}
		}
		now := shown(t, p)
		if !among(now, before) {
			t.Fatalf("after %v a page does not know what it is shown", c.Sub(noon))
		}
		if i%3 == 0 {
			before = hashes(t, p)
		}
		if !known[string(now)] {
			known[string(now)], made = true, made+1
		}
		c.Time = c.Add(10 * time.Minute)
	}
	if made < 9 || made > 11 {
		t.Errorf("%d certificates in 60 days", made)
	}
}

// TestPassingClock: a clock that jumps out of the life of a certificate makes
// another, in either direction, and one that is set a little right does not.
func TestPassingClock(t *testing.T) {
	for _, c := range []struct {
		jump time.Duration
		same bool
	}{
		{-time.Hour, true}, {5 * 24 * time.Hour, true}, {-48 * time.Hour, false}, {-20 * 365 * 24 * time.Hour, false},
		{20 * 24 * time.Hour, false}, {20 * 365 * 24 * time.Hour, false},
	} {
		now := &clock{noon}
		p := NewPassing(now.now)
		first := shown(t, p)
		now.Time = noon.Add(c.jump)
		second := shown(t, p)
		leaf := get(t, p).Leaf
		if bytes.Equal(first, second) != c.same || now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
			t.Errorf("after a jump by %v: the same %v, valid from %v to %v", c.jump, bytes.Equal(first, second), leaf.NotBefore, leaf.NotAfter)
		}
		if !among(second, hashes(t, p)) {
			t.Errorf("after a jump by %v it is not announced", c.jump)
		}
	}
}
