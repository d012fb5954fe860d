package darwin

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"io"
	"time"
)

// archive is a xar file, as Apple's .pkg are:
//
//	"xar!", length of this header (28), version (1); 2 bytes each but the first
//	length of the table compressed, and as it is; 8 bytes each
//	how the table is summed up (1: SHA-1); 4 bytes
//	the table of contents: XML, compressed by zlib
//	the heap: the checksum of the compressed table, then the files
//
// All numbers are big endian. SHA-1 is the one checksum that every reader of
// the format knows; it finds damage. Against forgery there is the signature.
type archive struct {
	time    time.Time
	entries []entry
}

// entry is a file, or a folder with more of them.
type entry struct {
	name    string
	body    []byte
	folder  bool
	entries []entry
}

const (
	xarHeaderSize = 28
	xarSHA1       = 1
)

// The table of contents.
type (
	xarTable struct {
		XMLName  xml.Name    `xml:"xar"`
		Checksum xarPlace    `xml:"toc>checksum"`
		Created  string      `xml:"toc>creation-time"`
		Files    []*xarEntry `xml:"toc>file"`
	}
	xarPlace struct {
		Style  string `xml:"style,attr"`
		Offset int    `xml:"offset"` // in the heap
		Size   int    `xml:"size"`
	}
	xarEntry struct {
		ID    int         `xml:"id,attr"`
		Name  string      `xml:"name"`
		Type  string      `xml:"type"`
		Mode  string      `xml:"mode"`
		UID   int         `xml:"uid"`
		GID   int         `xml:"gid"`
		User  string      `xml:"user"`
		Group string      `xml:"group"`
		MTime string      `xml:"mtime"`
		Data  *xarData    `xml:"data,omitempty"`
		Files []*xarEntry `xml:"file"`
	}
	xarData struct {
		Archived  xarSum      `xml:"archived-checksum"`
		Extracted xarSum      `xml:"extracted-checksum"`
		Encoding  xarEncoding `xml:"encoding"`
		Size      int         `xml:"size"`
		Offset    int         `xml:"offset"` // in the heap
		Length    int         `xml:"length"`
	}
	xarSum struct {
		Style string `xml:"style,attr"`
		Sum   string `xml:",chardata"`
	}
	xarEncoding struct {
		Style string `xml:"style,attr"`
	}
)

// heap lays files out, and numbers them.
type heap struct {
	bytes.Buffer
	time  string
	files int
}

// WriteTo writes the archive. The files are not compressed again.
func (a archive) WriteTo(w io.Writer) (int64, error) {
	h := &heap{time: a.time.UTC().Format("2006-01-02T15:04:05Z")}
	h.Write(make([]byte, sha1.Size))
	table := xarTable{Checksum: xarPlace{"sha1", 0, sha1.Size}, Created: h.time, Files: h.add(a.entries)}
	text, err := document(table)
	if err != nil {
		return 0, err
	}
	packed, err := deflate(text)
	if err != nil {
		return 0, err
	}
	sum := sha1.Sum(packed)
	copy(h.Bytes(), sum[:])
	return io.Copy(w, io.MultiReader(bytes.NewReader(xarHeader(len(packed), len(text))), bytes.NewReader(packed), h))
}

func xarHeader(packed, text int) []byte {
	b := binary.BigEndian.AppendUint16([]byte("xar!"), xarHeaderSize)
	b = binary.BigEndian.AppendUint16(b, 1)
	b = binary.BigEndian.AppendUint64(b, uint64(packed))
	b = binary.BigEndian.AppendUint64(b, uint64(text))
	return binary.BigEndian.AppendUint32(b, xarSHA1)
}

// add puts entries on the heap and returns their part of the table.
func (h *heap) add(entries []entry) []*xarEntry {
	var all []*xarEntry
	for _, e := range entries {
		h.files++
		x := &xarEntry{ID: h.files, Name: e.name, Type: "file", Mode: "0644", User: "root", Group: "wheel", MTime: h.time}
		if e.folder {
			x.Type, x.Mode, x.Files = "directory", "0755", h.add(e.entries)
		} else {
			sum := xarSum{"sha1", fmt.Sprintf("%x", sha1.Sum(e.body))}
			x.Data = &xarData{sum, sum, xarEncoding{"application/octet-stream"}, len(e.body), h.Len(), len(e.body)}
			h.Write(e.body)
		}
		all = append(all, x)
	}
	return all
}

func deflate(b []byte) ([]byte, error) {
	var out bytes.Buffer
	z, err := zlib.NewWriterLevel(&out, zlib.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(b); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
