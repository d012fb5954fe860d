package installer

import (
	"errors"
	"testing"
)

func TestRefusalText(t *testing.T) {
	no := refuse(ReasonDir, "it cannot be", "Do this.", errors.New("why"))
	if got := no.Error(); got != "it cannot be: why. Do this." {
		t.Error(got)
	}
}

// TestHints: whoever is refused is told what to do.
func TestHints(t *testing.T) {
	for _, o := range []Options{{}, {Key: sampleKey(t), User: "nobody-of-that-name"}, {Key: sampleKey(t), Dir: "relative"}} {
		_, err := New(t.Context(), o)
		var no *Refusal
		if !errors.As(err, &no) || no.Hint == "" {
			t.Errorf("%+v: %v", o, err)
		}
	}
}
