package session

import (
	"errors"

	"jump/platform/files"
	"jump/transport/wire"
)

// files holds a conversation about files. What it may do is what the user of
// this process may, as with a shell.
func (h *Host) files(t *talk, rights wire.Rights) error {
	if err := t.open(rights); err != nil {
		return err
	}
	f := &filing{t: t}
	defer f.close()
	return t.receive(wire.MaxData, f.take)
}

// filing carries requests out, one after the other, in the task that receives:
// so a representative who asks for more than is read waits.
type filing struct {
	t    *talk
	part *files.Part // nil: nothing is being written
	skip bool        // until FileEnd: the write has failed
}

// close leaves what was written so far to the next conversation.
func (f *filing) close() {
	if f.part != nil {
		f.part.Close()
	}
}

// errOrder says that a message came where it means nothing.
var errOrder = errors.New("a message about files came where it means nothing")

func (f *filing) take(typ wire.Type, body []byte) error {
	switch typ {
	case wire.TypeFileData:
		return f.data(body)
	case wire.TypeFileEnd:
		return f.end(body)
	case wire.TypeFileLook, wire.TypeFileRead, wire.TypeFileWrite, wire.TypeFileMake:
		if f.part != nil || f.skip {
			return errOrder
		}
		return f.request(typ, body)
	}
	return nil // of a newer version
}

func (f *filing) request(typ wire.Type, body []byte) error {
	switch typ {
	case wire.TypeFileLook:
		return ask(f, body, f.look)
	case wire.TypeFileRead:
		return ask(f, body, f.read)
	case wire.TypeFileWrite:
		return ask(f, body, f.write)
	default:
		return ask(f, body, f.make)
	}
}

// ask carries one request out. Do returns what ends it, or nothing if it goes
// on; its error is told unless it is the stream's.
func ask[T any](f *filing, body []byte, do func(*T) (*wire.FileFacts, error)) error {
	v := new(T)
	if err := wire.Unmarshal(body, v); err != nil {
		return err
	}
	return f.finish(do(v))
}

// finish tells the outcome of a request.
func (f *filing) finish(done *wire.FileFacts, err error) error {
	var no *files.Error
	switch {
	case errors.As(err, &no):
		return f.t.send(wire.TypeFileFailed, &wire.Refused{Code: wire.Code(no.Code), Text: no.Text, Hint: no.Hint})
	case err != nil || done == nil:
		return err
	}
	return f.t.send(wire.TypeFileDone, done)
}

func told(i files.Info) wire.FileFacts {
	return wire.FileFacts{Path: i.Path, Name: i.Name, Kind: wire.FileKind(i.Kind), Size: i.Size, Mode: i.Mode, Time: i.Time}
}

func (f *filing) look(r *wire.FileLook) (*wire.FileFacts, error) {
	if !r.List {
		i, err := files.Look(r.Path)
		facts := told(i)
		return &facts, err
	}
	hidden, err := files.List(r.Path, entriesAtOnce, func(list []files.Info) error {
		var e wire.FileEntries
		for _, i := range list {
			e.Entries = append(e.Entries, told(i))
		}
		return f.t.send(wire.TypeFileEntries, &e)
	})
	return &wire.FileFacts{Hidden: hidden}, err
}

// entriesAtOnce fit into one message, however long their names are.
const entriesAtOnce = wire.MaxControl / (wire.MaxFileName + 64)

func (f *filing) read(r *wire.FileRead) (done *wire.FileFacts, err error) {
	s, err := files.Open(r.Path)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	facts, sum := told(s.Info), files.NewSum()
	if r.Offset > 0 {
		var begins bool
		f.t.patiently(func() { begins, err = s.Begins(r.Offset, r.Sum, sum) })
		if begins {
			facts.Offset = r.Offset
		}
	}
	if err == nil {
		err = f.t.send(wire.TypeFileFacts, &facts)
	}
	if err == nil {
		err = f.send(s, facts.Offset, sum)
	}
	facts.Offset, facts.Sum = 0, sum.Sum(nil)
	return &facts, err
}

// send sends a file's bytes from off on.
func (f *filing) send(s *files.Source, off int64, sum *files.Sum) error {
	buf := make([]byte, wire.FileChunk)
	for off < s.Size {
		n, err := s.ReadAt(buf, off)
		if err != nil {
			return err
		}
		sum.Write(buf[:n])
		if err := f.t.write(wire.TypeFileData, buf[:n]); err != nil {
			return err
		}
		off += int64(n)
	}
	return nil
}

func (f *filing) make(r *wire.FileMake) (*wire.FileFacts, error) {
	i, err := files.Make(r.Path, r.Mode)
	facts := told(i)
	return &facts, err
}

// write begins to write. A representative who is answered late would send its
// data meanwhile, so whatever happens is followed by FileEnd.
func (f *filing) write(w *wire.FileWrite) (*wire.FileFacts, error) {
	t := files.Target{Path: w.Path, Name: w.Name, Size: w.Size, Mode: w.Mode, Time: w.Time, Force: w.Force, Fresh: w.Fresh}
	if done := f.already(&t, w.Sum); done != nil {
		return done, nil
	}
	var err error
	f.t.patiently(func() { f.part, err = files.Create(t) })
	if err != nil {
		f.part, f.skip = nil, true
		return nil, err
	}
	if w.Fresh {
		return nil, nil
	}
	return nil, f.t.send(wire.TypeFileFacts, &wire.FileFacts{Path: f.part.Path, Kind: wire.FileRegular, Offset: f.part.Offset, Sum: f.part.Sum()})
}

// already returns the answer to a write that was carried out before, and whose
// answer was lost.
func (f *filing) already(t *files.Target, sum []byte) (done *wire.FileFacts) {
	path, err := t.Place()
	if len(sum) == 0 || err != nil {
		return nil
	}
	f.t.patiently(func() {
		if files.Is(path, t.Size, sum) {
			done = &wire.FileFacts{Path: path, Kind: wire.FileRegular, Size: t.Size, Sum: sum}
		}
	})
	return done
}

func (f *filing) data(body []byte) error {
	switch {
	case f.skip:
		return nil
	case f.part == nil:
		return errOrder
	}
	var err error
	f.t.patiently(func() { _, err = f.part.Write(body) })
	if err != nil {
		f.close()
		f.part, f.skip = nil, true
		return f.finish(nil, err)
	}
	return f.t.write(wire.TypeFileGot, wire.FileGot(f.part.Offset).Append(nil))
}

func (f *filing) end(body []byte) error {
	var e wire.FileEnd
	if err := wire.Unmarshal(body, &e); err != nil {
		return err
	}
	part := f.part
	switch {
	case f.skip:
		f.skip = false
		return nil
	case part == nil:
		return errOrder
	}
	f.part = nil
	if e.Stop {
		part.Discard()
		return f.finish(nil, &files.Error{Code: string(wire.CodeFileStopped), Text: "The copy was stopped."})
	}
	var err error
	f.t.patiently(func() { err = part.Finish(e.Sum) })
	return f.finish(&wire.FileFacts{Path: part.Path, Kind: wire.FileRegular, Size: part.Size, Sum: e.Sum}, err)
}
