package held

import (
	"context"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

// copyFiles opens a conversation about files.
func (w *world) copyFiles(token byte, session string) transport.Stream {
	w.t.Helper()
	s, typ, _ := w.open(&wire.Open{Kind: wire.KindFiles, Session: session, Representative: w.by,
		Files: &wire.FilesStart{Token: append(make([]byte, wire.TokenSize-1), token)}})
	if typ != wire.TypeOpened {
		w.t.Fatalf("0x%02x", uint8(typ))
	}
	return s
}

// TestCopies: a conversation about files takes the place of the one with its
// token, never of another; and whoever was lost is sought for a while.
func TestCopies(t *testing.T) {
	bubble(t, func(w *world) {
		w.table.Options.Serve = func(ctx context.Context, s transport.Stream, _ *wire.Open) {
			w.running.Add(1)
			defer w.running.Add(-1)
			defer s.Close()
			defer context.AfterFunc(ctx, func() { s.Close() })()
			wire.Send(s, wire.TypeOpened, wire.Opened{})
			io.Copy(io.Discard, s)
		}
		w.copyFiles(1, "one")
		w.copyFiles(2, "two")
		again := w.copyFiles(1, "three")
		synctest.Wait()
		if n := w.running.Load(); n != 2 || w.table.Waiting() {
			t.Errorf("%d run, waiting: %v", n, w.table.Waiting())
		}
		again.Close()
		synctest.Wait()
		if n := w.running.Load(); n != 1 || !w.table.Waiting() {
			t.Errorf("after a loss %d run, waiting: %v", n, w.table.Waiting())
		}
		time.Sleep(Time + time.Second)
		if w.table.Waiting() {
			t.Error("it is sought for ever")
		}
		w.copyFiles(1, "three").Close()
		synctest.Wait()
		w.table.Release("three")
		if w.table.Waiting() {
			t.Error("it is sought after its session")
		}
		last := w.copyFiles(1, "three")
		last.CloseWrite()
		synctest.Wait()
		if w.table.Waiting() {
			t.Error("it is sought after its end in good order")
		}
		w.table.Release("two")
		synctest.Wait()
		if n := w.running.Load(); n != 0 {
			t.Errorf("%d run after their session", n)
		}
	})
}
