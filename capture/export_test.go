package capture

import (
	"context"
	"errors"
	"image"
)

// NewMirrored returns a mirrored source of what other sources show: open is
// asked for one for every display.
func NewMirrored(open func(context.Context) (Source, error)) (Source, error) {
	return newMirrored(sourceDesk{open})
}

// sourceDesk makes mirrors of sources.
type sourceDesk struct {
	open func(context.Context) (Source, error)
}

func (d sourceDesk) displays() []Display {
	s, err := d.open(context.Background())
	if err != nil {
		return nil
	}
	defer s.Close()
	return s.Displays()
}

func (d sourceDesk) mirror(of Display) (mirror, change, error) {
	s, err := d.open(context.Background())
	if err != nil {
		return nil, change{}, err
	}
	m := &sourceMirror{Source: s, display: of}
	c, err := m.next()
	c.damage = nil // read does not ask for it
	return m, c, err
}

type sourceMirror struct {
	Source
	display Display
}

func (m *sourceMirror) next() (change, error) {
	ctx, cancel := context.WithTimeout(context.Background(), beat/10)
	defer cancel()
	u, err := m.Wait(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return change{}, nil
	}
	if err == nil && u.Layout {
		err = errors.New("others now")
	}
	c := change{shape: u.Cursor, pointed: u.Moved, pointer: u.Pointer, visible: u.Pointer.In(m.display.Bounds)}
	for _, r := range u.Damage {
		if r = r.Intersect(m.display.Bounds); !r.Empty() {
			c.damage = append(c.damage, r.Sub(m.display.Bounds.Min))
			c.moves = append(c.moves, Move{r.Sub(m.display.Bounds.Min), image.Pt(0, 1)})
		}
	}
	return c, err
}

func (m *sourceMirror) read(parts []image.Rectangle, words []uint32) error {
	b := m.display.Bounds
	for _, r := range parts {
		p, err := m.Fetch(m.display.ID, r.Add(b.Min))
		if err != nil {
			return err
		}
		turn(0).draw(words, shot{p.Words, p.Width, p.Height, p.Stride}, r)
	}
	return nil
}

func (m *sourceMirror) close() { _ = m.Close() }
