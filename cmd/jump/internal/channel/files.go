package channel

import (
	"context"
	crand "crypto/rand"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/coder/websocket"

	"jump/platform/files"
	"jump/transport/wire"
)

// Files is a conversation about files. When its connection is lost it begins
// again and goes on where it stopped: what there is of a file tells where that
// is, so it outlives a restart of anything between its two ends, and of the
// endpoint's client. One goroutine uses it.
type Files struct {
	Dial     Dialer
	Patience time.Duration // for which it is sought
	Tell     func(lost bool)

	token []byte
	now   *fileLine // nil: none
}

// freshSize is up to how many bytes a file is sent without asking first what
// there is of it.
const freshSize = 1 << 20

// errLost says that the connection was lost in the middle of something.
type errLost struct{ error }

func (e errLost) Unwrap() error { return e.error }

// do carries something out, again and again while the connection is lost. An
// answer of the endpoint leaves the conversation as it was.
func (f *Files) do(ctx context.Context, what func(*fileLine) error) error {
	for {
		err := f.connect(ctx)
		if err == nil {
			err = what(f.now)
		}
		var no *wire.Refused
		if err == nil || errors.As(err, &no) && f.now != nil {
			return err
		}
		f.drop(ctx)
		if lost := (errLost{}); !errors.As(err, &lost) || f.Patience <= 0 || ctx.Err() != nil {
			return err
		}
		f.Tell(true)
		if err := f.again(ctx); err != nil {
			return err
		}
		f.Tell(false)
	}
}

// connect makes sure that there is a connection. Its errors are final.
func (f *Files) connect(ctx context.Context) error {
	if f.now != nil {
		return nil
	}
	_, err := f.open(ctx)
	return err
}

// open opens the channel. Mend says of an error that time may mend it.
func (f *Files) open(ctx context.Context) (mend bool, err error) {
	if f.token == nil {
		f.token = make([]byte, wire.TokenSize)
		crand.Read(f.token)
	}
	ws, mend, err := f.Dial(ctx)
	if err != nil {
		return mend, err
	}
	c := carry(ctx, ws)
	if _, err = c.ask(wire.TypeFilesStart, &wire.FilesStart{Token: f.token}, wire.MaxData); err != nil {
		ws.CloseNow()
		var no *wire.Refused
		return !errors.As(err, &no) && ended(err) == nil || no != nil && Passing(no.Code), err
	}
	f.now = newFileLine(c)
	return false, nil
}

// again seeks the connection.
func (f *Files) again(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, f.Patience)
	defer cancel()
	for wait := 250 * time.Millisecond; ; wait = min(2*wait, longest) {
		select {
		case <-time.After(wait/2 + rand.N(wait)):
		case <-ctx.Done():
			return &Ended{Code: wire.CodeNotConnected, Sought: f.Patience}
		}
		mend, err := f.open(ctx)
		if err == nil || !mend && ctx.Err() == nil {
			return err
		}
	}
}

// drop gives the connection up: in good order if the end is our own.
func (f *Files) drop(ctx context.Context) {
	if f.now != nil && ctx.Err() != nil {
		f.now.stop()
	}
	f.close(websocket.StatusGoingAway, ctx.Err() != nil)
}

// Close ends the conversation.
func (f *Files) Close() { f.close(websocket.StatusNormalClosure, true) }

func (f *Files) close(status websocket.StatusCode, inOrder bool) {
	if f.now == nil {
		return
	}
	if inOrder {
		_ = f.now.ws.Close(status, "")
	}
	f.now.end()
	f.now = nil
}

// Look returns what lies at a path.
func (f *Files) Look(ctx context.Context, path string) (facts wire.FileFacts, err error) {
	err = f.do(ctx, func(l *fileLine) error {
		facts, err = l.request(ctx, wire.TypeFileLook, &wire.FileLook{Path: path}, nil)
		return err
	})
	return facts, err
}

// List returns what is in a folder, and how many names were left out.
func (f *Files) List(ctx context.Context, path string) (list []wire.FileFacts, hidden int64, err error) {
	err = f.do(ctx, func(l *fileLine) error {
		list = nil
		done, err := l.request(ctx, wire.TypeFileLook, &wire.FileLook{Path: path, List: true}, func(t wire.Type, body []byte) error {
			var e wire.FileEntries
			if t != wire.TypeFileEntries {
				return nil
			}
			if err := wire.Unmarshal(body, &e); err != nil {
				return err
			}
			if list = append(list, e.Entries...); len(list) > wire.MaxListed {
				return fmt.Errorf("more than %d entries", wire.MaxListed)
			}
			return nil
		})
		hidden = done.Hidden
		return err
	})
	return list, hidden, err
}

// Make makes a folder, unless there is one.
func (f *Files) Make(ctx context.Context, path string, mode uint32) error {
	return f.do(ctx, func(l *fileLine) error {
		_, err := l.request(ctx, wire.TypeFileMake, &wire.FileMake{Path: path, Mode: mode}, nil)
		return err
	})
}

// Get fetches a file into part, and puts it into its place. Progress hears how
// many bytes of it there are; it is called often.
func (f *Files) Get(ctx context.Context, path string, part *files.Part, progress func(there, of int64)) error {
	err := f.do(ctx, func(l *fileLine) error { return l.get(ctx, path, part, progress) })
	if ctx.Err() != nil {
		part.Discard()
	}
	return err
}

// Put sends a file, and returns where it is.
func (f *Files) Put(ctx context.Context, src *files.Source, w wire.FileWrite, progress func(there, of int64)) (done wire.FileFacts, err error) {
	w.Size, w.Mode, w.Time = src.Size, src.Mode, src.Time
	w.Fresh = src.Size <= freshSize
	err = f.do(ctx, func(l *fileLine) error {
		done, err = l.put(ctx, src, &w, progress)
		w.Fresh = false // of another attempt
		return err
	})
	return done, err
}
