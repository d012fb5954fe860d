package darwin

import (
	"crypto/sha256"
	"debug/macho"
	"encoding/binary"
	"errors"
	"fmt"
)

// What of a program and its signature is read here (xnu, EXTERNAL_HEADERS/mach-o
// and osfmk/kern/cs_blobs.h).
const (
	programHead       = 32 // bytes before the load commands, whose number is at commandCount
	commandCount      = 16
	commandHead       = 8 // bytes: kind and length of a load command
	loadCodeSignature = 0x1d
	magicSuperBlob    = 0xfade0cc0
	magicDirectory    = 0xfade0c02
	slotDirectory     = 0
	directoryHash     = 20 // the bytes of a hash that identify a program
)

var (
	errNoProgram = errors.New("it is no 64-bit program for macOS")
	errUnsigned  = errors.New("the program has no signature")
)

// AsBuilt is the requirement that a program is this very one, by the hash of its
// code directory. Go's linker signs programs for Apple's processors without an
// identity ("ad hoc"); programs for Intel are not signed, and no requirement can
// name them.
func AsBuilt(program []byte) (string, error) {
	blob, err := signatureOf(program)
	if err != nil {
		return "", fmt.Errorf("look for a signature: %w", err)
	}
	return directoryOf(blob)
}

// signatureOf walks the load commands, little endian as on all processors of
// today's Macs. debug/macho would also read the symbols, for which it takes as
// many megabytes as a program claims to have.
func signatureOf(program []byte) ([]byte, error) {
	u32 := binary.LittleEndian.Uint32
	if len(program) < programHead || u32(program) != macho.Magic64 {
		return nil, errNoProgram
	}
	rest := program[programHead:]
	for range u32(program[commandCount:]) {
		if len(rest) < commandHead {
			return nil, errNoProgram
		}
		length := uint64(u32(rest[4:]))
		if length < commandHead || length > uint64(len(rest)) {
			return nil, errNoProgram
		}
		if u32(rest) == loadCodeSignature && length >= commandHead+8 {
			return cut(program, uint64(u32(rest[8:])), uint64(u32(rest[12:])))
		}
		rest = rest[length:]
	}
	return nil, errUnsigned
}

// cut returns the size bytes of b at a place, both of which b itself claims.
func cut(b []byte, at, size uint64) ([]byte, error) {
	if at+size > uint64(len(b)) {
		return nil, errUnsigned
	}
	return b[at : at+size], nil
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
	head, err := cut(blob, at, 8)
	if err != nil || binary.BigEndian.Uint32(head) != magicDirectory {
		return "", errUnsigned
	}
	directory, err := cut(blob, at, uint64(binary.BigEndian.Uint32(head[4:])))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(directory)
	return fmt.Sprintf(`cdhash H"%x"`, sum[:directoryHash]), nil
}
