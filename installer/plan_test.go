package installer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
)

// recorded returns a plan of n steps that write down what they do; the one with
// the number fails.
func recorded(n, fails int, log *[]string) Plan {
	var p Plan
	for i := range n {
		p.Steps = append(p.Steps, Step{
			Name: fmt.Sprint(i),
			Do: func(context.Context) error {
				if i == fails {
					return errBroken
				}
				*log = append(*log, fmt.Sprint("do ", i))
				return nil
			},
			Undo: func(ctx context.Context) error {
				*log = append(*log, fmt.Sprint("undo ", i))
				return ctx.Err()
			},
		})
	}
	return p
}

var errBroken = errors.New("broken")

// TestUndo: whichever step fails, all before it are undone backwards.
func TestUndo(t *testing.T) {
	for fails := range 4 {
		var log, want []string
		err := recorded(4, fails, &log).Run(t.Context(), nil)
		for i := range fails {
			want = append(want, fmt.Sprint("do ", i))
		}
		for i := fails - 1; i >= 0; i-- {
			want = append(want, fmt.Sprint("undo ", i))
		}
		var step *StepError
		if !errors.Is(err, errBroken) || !errors.As(err, &step) || step.Step != fmt.Sprint(fails) || step.Undo != nil {
			t.Errorf("step %d: %v", fails, err)
		}
		if !slices.Equal(log, want) {
			t.Errorf("step %d: %q, want %q", fails, log, want)
		}
	}
}

// TestCancelled: who interrupts an installation gets the machine back.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var log []string
	p := recorded(3, -1, &log)
	err := p.Run(ctx, func(step string) {
		if step == "2" {
			cancel()
		}
	})
	var step *StepError
	if !errors.Is(err, context.Canceled) || !errors.As(err, &step) || step.Undo != nil {
		t.Errorf("%v", err)
	}
	if want := []string{"do 0", "do 1", "undo 1", "undo 0"}; !slices.Equal(log, want) {
		t.Errorf("%q, want %q", log, want)
	}
}
