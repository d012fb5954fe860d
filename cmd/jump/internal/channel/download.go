package channel

import (
	"context"

	"jump/platform/files"
	"jump/transport/wire"
)

// get fetches a file, from where part ends.
func (l *fileLine) get(ctx context.Context, path string, part *files.Part, progress func(there, of int64)) error {
	begun := false
	r := &wire.FileRead{Path: path, Offset: part.Offset}
	if r.Offset > 0 {
		r.Sum = part.Sum()
	}
	done, err := l.request(ctx, wire.TypeFileRead, r, func(t wire.Type, body []byte) error {
		switch {
		case t == wire.TypeFileFacts && !begun:
			begun = true
			return begin(part, body)
		case t == wire.TypeFileData && begun:
			_, err := part.Write(body)
			progress(part.Offset, part.Size)
			return err
		}
		return errProtocol
	})
	if err != nil {
		return err
	}
	return part.Finish(done.Sum)
}

// begin fits a part to the file that comes.
func begin(part *files.Part, body []byte) error {
	var facts wire.FileFacts
	if err := wire.Unmarshal(body, &facts); err != nil {
		return err
	}
	part.Size, part.Mode, part.Time = facts.Size, facts.Mode, facts.Time
	switch facts.Offset {
	case part.Offset:
		return nil
	case 0:
		return part.Restart()
	}
	return errProtocol
}
