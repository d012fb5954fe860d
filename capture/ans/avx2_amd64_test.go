package ans

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSameResiduals: the fast form and the portable one agree to the last bit.
func TestSameResiduals(t *testing.T) {
	if !fast {
		t.Skip("this processor has no AVX2")
	}
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 500 {
		n := wide * (1 + r.IntN(3))
		words := make([]uint32, n)
		up, now := make([]uint8, n+2*margin), make([]uint8, n+2*margin)
		for i := range words {
			words[i] = r.Uint32()
		}
		for i := range up {
			up[i], now[i] = uint8(100+r.IntN(1+round%200)), uint8(100+r.IntN(1+round%200))
		}
		sameSplit(t, words, round%2 == 0)
		for kind := range kinds {
			a, b := make([]uint16, n), make([]uint16, n)
			residualsAVX2(&a[0], &up[margin], &now[margin], n, round%2 == 0, &limits[limitsOf(kind)])
			residualsPortable(b, up, now, round%2 == 0, &limits[limitsOf(kind)])
			if !slices.Equal(a, b) {
				t.Fatalf("round %d, kind %d: other residuals\n%x\n%x", round, kind, a, b)
			}
		}
	}
}

func sameSplit(t *testing.T, words []uint32, half bool) {
	t.Helper()
	var a, b [kinds][]uint8
	for k := range kinds {
		a[k], b[k] = make([]uint8, len(words)), make([]uint8, len(words))
	}
	splitAVX2(&a[0][0], &a[1][0], &a[2][0], &words[0], len(words), half)
	splitPortable(b[0], b[1], b[2], words, half)
	for k := range kinds {
		if !slices.Equal(a[k], b[k]) {
			t.Fatalf("kind %d: other samples\n%x\n%x", k, a[k], b[k])
		}
	}
}
