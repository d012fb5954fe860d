package darwin

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"time"
)

// item is one program of a cpio archive.
type item struct {
	name string
	body []byte
}

// Modes of cpio entries, as in stat(2).
const (
	modeFolder  = 0o040755
	modeProgram = 0o100755
)

// cpio returns programs as Installer wants them: the portable format of POSIX
// ("odc", in pax(1)), compressed by gzip. Every entry has a header of octal
// numbers, then its name with a zero byte, then its bytes; nothing is aligned.
func cpio(t time.Time, items []item) ([]byte, error) {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	entries := append([]item{{name: "."}}, items...)
	for i, e := range entries {
		mode, links, name := modeProgram, 1, "./"+e.name
		if i == 0 {
			mode, links, name = modeFolder, 2, e.name
		}
		header := cpioHeader(i+1, mode, links, t, name, len(e.body))
		if _, err := z.Write(append(header, e.body...)); err != nil {
			return nil, err
		}
	}
	if _, err := z.Write(cpioHeader(0, 0, 1, time.Unix(0, 0), "TRAILER!!!", 0)); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// cpioHeader returns magic, device, inode, mode, user, group, links, special
// device, time, length of the name with its zero byte, length of the body, name.
func cpioHeader(inode, mode, links int, t time.Time, name string, size int) []byte {
	return fmt.Appendf(nil, "070707%06o%06o%06o%06o%06o%06o%06o%011o%06o%011o%s\x00",
		0, inode, mode, 0, 0, links, 0, t.Unix(), len(name)+1, size, name)
}
