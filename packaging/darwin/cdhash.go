package darwin

import (
	"bytes"
	"crypto/sha256"
	"debug/macho"
	"encoding/binary"
	"errors"
	"fmt"
)

// What of a signature is read here (xnu, osfmk/kern/cs_blobs.h).
const (
	loadCodeSignature = 0x1d
	magicSuperBlob    = 0xfade0cc0
	magicDirectory    = 0xfade0c02
	slotDirectory     = 0
	directoryHash     = 20 // the bytes of a hash that identify a program
)

var errUnsigned = errors.New("the program has no signature")

// AsBuilt is the requirement that a program is this very one, by the hash of its
// code directory. Go's linker signs programs for Apple's processors without an
// identity ("ad hoc"); programs for Intel are not signed, and no requirement can
// name them.
func AsBuilt(program []byte) (string, error) {
	f, err := macho.NewFile(bytes.NewReader(program))
	if err != nil {
		return "", fmt.Errorf("look for a signature: %w", err)
	}
	for _, l := range f.Loads {
		raw := l.Raw()
		if f.ByteOrder.Uint32(raw) != loadCodeSignature || len(raw) < 16 {
			continue
		}
		offset, size := uint64(f.ByteOrder.Uint32(raw[8:])), uint64(f.ByteOrder.Uint32(raw[12:]))
		if offset+size > uint64(len(program)) {
			return "", errUnsigned
		}
		return directoryOf(program[offset : offset+size])
	}
	return "", errUnsigned
}

// directoryOf finds the code directory in a signature: a magic number, a length
// and a count, then kind and place of each part; 4 bytes each, big endian.
func directoryOf(blob []byte) (string, error) {
	const head, entry = 12, 8
	if len(blob) < head || binary.BigEndian.Uint32(blob) != magicSuperBlob {
		return "", errUnsigned
	}
	for i := range int(binary.BigEndian.Uint32(blob[8:])) {
		at := head + i*entry
		if at+entry > len(blob) {
			break
		}
		if binary.BigEndian.Uint32(blob[at:]) != slotDirectory {
			continue
		}
		return hashOf(blob, uint64(binary.BigEndian.Uint32(blob[at+4:])))
	}
	return "", errUnsigned
}

func hashOf(blob []byte, at uint64) (string, error) {
	if at+8 > uint64(len(blob)) || binary.BigEndian.Uint32(blob[at:]) != magicDirectory {
		return "", errUnsigned
	}
	size := uint64(binary.BigEndian.Uint32(blob[at+4:]))
	if at+size > uint64(len(blob)) {
		return "", errUnsigned
	}
	sum := sha256.Sum256(blob[at : at+size])
	return fmt.Sprintf(`cdhash H"%x"`, sum[:directoryHash]), nil
}
