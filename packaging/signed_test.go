package packaging

import (
	"bytes"
	"debug/pe"
	"encoding/binary"
	"testing"
)

// program is the shortest Windows program, with a signature of that size.
func program(signature uint32) []byte {
	var b bytes.Buffer
	b.WriteString("MZ")
	b.Write(make([]byte, 58))
	h := pe.OptionalHeader64{Magic: 0x20b, NumberOfRvaAndSizes: 16}
	h.DataDirectory[pe.IMAGE_DIRECTORY_ENTRY_SECURITY] = pe.DataDirectory{VirtualAddress: 400, Size: signature}
	for _, v := range []any{
		uint32(64), [4]byte{'P', 'E'},
		pe.FileHeader{Machine: pe.IMAGE_FILE_MACHINE_AMD64, SizeOfOptionalHeader: uint16(binary.Size(h))}, h,
	} {
		_ = binary.Write(&b, binary.LittleEndian, v) // of fixed sizes, into memory
	}
	return b.Bytes()
}

func TestSigned(t *testing.T) {
	for _, c := range []struct {
		name string
		file []byte
		want bool
	}{
		{"signed", program(8), true},
		{"unsigned", program(0), false},
		{"no program", []byte("MZ"), false},
		{"empty", nil, false},
	} {
		if got := signed(bytes.NewReader(c.file)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
