package installer

import (
	"context"
	"errors"
	"fmt"
)

// Step is one reversible change of this machine.
type Step struct {
	// Name says what Do does, for people: "write config.json".
	Name string
	// Do makes the change. If it fails, it leaves nothing of it behind.
	Do func(ctx context.Context) error
	// Undo takes the change back, also when it was taken back already, or was
	// half done by a process that was killed. nil: there is nothing to undo.
	Undo func(ctx context.Context) error
}

// Plan is a list of steps that are done in order and undone backwards.
type Plan struct {
	Steps []Step
	Dir   string // of the client that is installed or taken off
}

// StepError says at which step a plan failed.
type StepError struct {
	Step string
	Err  error
	// Undo is why the machine could not be put back as it was; nil if it was.
	Undo error
}

func (e *StepError) Error() string {
	if e.Undo != nil {
		return fmt.Sprintf("%s: %v; and undoing it failed: %v", e.Step, e.Err, e.Undo)
	}
	return fmt.Sprintf("%s: %v", e.Step, e.Err)
}

func (e *StepError) Unwrap() error { return e.Err }

// Run does all steps and calls begin, if it is not nil, before each. When a
// step fails or ctx ends, all that were done are undone, the last one first,
// and the error is a *StepError.
func (p Plan) Run(ctx context.Context, begin func(step string)) error {
	for i, s := range p.Steps {
		if begin != nil {
			begin(s.Name)
		}
		err := ctx.Err()
		if err == nil {
			err = s.Do(ctx)
		}
		if err != nil {
			return &StepError{Step: s.Name, Err: err, Undo: Plan{Steps: p.Steps[:i]}.Undo(ctx)}
		}
	}
	return nil
}

// Undo undoes all steps, the last one first. It does not stop at an error, nor
// when ctx ends: a machine is not left half way.
func (p Plan) Undo(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	var errs []error
	for i := len(p.Steps) - 1; i >= 0; i-- {
		if undo := p.Steps[i].Undo; undo != nil {
			if err := undo(ctx); err != nil {
				errs = append(errs, fmt.Errorf("undo %q: %w", p.Steps[i].Name, err))
			}
		}
	}
	return errors.Join(errs...)
}
