package webtransport

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestPieces(t *testing.T) {
	long := strings.Repeat("ä", 100)
	for _, test := range []struct {
		what string
		sent []byte
		data string
		end  error
	}{
		{"data and an end", appendClose(appendData(appendData(nil, []byte("ab")), []byte("c")), 4001, "session_ended"), "abc", &CloseError{4001, "session_ended"}},
		{"an end alone", appendClose(nil, 1000, ""), "", &CloseError{1000, ""}},
		{"a reason that is cut", appendClose(nil, 1000, long), "", &CloseError{1000, long[:122]}},
		{"no end", appendData(nil, []byte("ab")), "ab", io.ErrUnexpectedEOF},
		{"half a piece", appendData(nil, []byte("abc"))[:6], "ab", io.ErrUnexpectedEOF},
		{"half a header", []byte{0, 0}, "", io.ErrUnexpectedEOF},
		{"half an end", appendClose(nil, 1000, "why")[:7], "", io.ErrUnexpectedEOF},
		{"nothing", nil, "", io.ErrUnexpectedEOF},
		{"an empty piece", []byte{0, 0, 0, 0}, "", ErrPiece},
		{"one that is too long", []byte{0, 0x10, 0, 1, 'a'}, "", ErrPiece},
		{"an unknown kind", []byte{2, 0, 0, 1, 'a'}, "", ErrPiece},
		{"an end without a code", []byte{1, 0, 0, 1, 3}, "", ErrPiece},
		{"a reason that is too long", append([]byte{1, 0, 0, 126}, make([]byte, 126)...), "", ErrPiece},
		{"a reason that is no text", []byte{1, 0, 0, 3, 3, 0xe8, 0xff}, "", ErrPiece},
	} {
		for _, from := range []io.Reader{bytes.NewReader(test.sent), iotest.OneByteReader(bytes.NewReader(test.sent)), iotest.DataErrReader(bytes.NewReader(test.sent))} {
			data, err := io.ReadAll(&pieces{from: from})
			var closed, want *CloseError
			same := errors.Is(err, test.end)
			if errors.As(test.end, &want) {
				same = errors.As(err, &closed) && *closed == *want
			}
			if string(data) != test.data || !same {
				t.Errorf("%s: %q, %v", test.what, data, err)
			}
		}
	}
}

// FuzzPieces: whatever comes, no more data comes out than went in, nothing is
// taken for good that a writer would not write, and an end is final.
func FuzzPieces(f *testing.F) {
	f.Add(appendClose(appendData(nil, []byte("data")), 4000, "M14"))
	f.Add(appendData(nil, make([]byte, 70_000)))
	f.Add([]byte{0, 0xff, 0xff, 0xff})
	f.Add([]byte{1, 0, 0, 2, 3, 0xe8, 0, 0, 0, 1, 'x'})
	f.Fuzz(func(t *testing.T, sent []byte) {
		r := &pieces{from: bytes.NewReader(sent)}
		data, err := io.ReadAll(r)
		if len(data) > len(sent) || err == nil {
			t.Fatalf("%d bytes of %d, %v", len(data), len(sent), err)
		}
		if n, again := r.Read(make([]byte, 1)); n != 0 || again != err {
			t.Fatalf("after %v came %d bytes and %v", err, n, again)
		}
		var closed *CloseError
		if !errors.As(err, &closed) {
			return
		}
		if written := appendClose(nil, closed.Code, closed.Reason); !bytes.Contains(sent, written) {
			t.Fatalf("%v was never sent", closed)
		}
	})
}
