package capture

import (
	"context"
	"testing"

	"github.com/jezek/xgb/shm"
)

// OpenX11 opens a display by name. If slow is set, it reads as from a server
// that shares no memory; if not, shared memory must work.
func OpenX11(ctx context.Context, display string, slow bool) (Source, error) {
	s, err := openX11(ctx, display)
	if err != nil {
		return nil, err
	}
	fast, ok := s.reader.(*shared)
	if !ok && testing.Testing() {
		panic("no memory is shared with the X server")
	}
	if slow {
		s.reader = &plain{fast.conn, fast.order}
		for i, p := range s.pictures {
			fast.drop(p)
			s.pictures[i] = s.reader.picture(p.bounds)
		}
		shm.Detach(s.conn.X, fast.packed.id)
		fast.close()
	}
	return s, nil
}
