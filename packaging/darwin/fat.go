package darwin

import (
	"bytes"
	"debug/macho"
	"encoding/binary"
	"errors"
	"fmt"
)

// fatAlign is where a program may begin in a universal file, as a power of two:
// the page of Apple's processors, 16 KiB.
const fatAlign = 14

var errMachine = errors.New("a universal program is made of one for Intel and one for Apple processors")

// Universal joins the programs for both processors of Macs in one file. Each
// keeps its bytes, and so its signature.
//
//	magic, number of programs, then for each: processor, its kind, offset, size,
//	alignment; all 4 bytes, big endian (mach-o/fat.h)
func Universal(intel, apple []byte) ([]byte, error) {
	programs := [][]byte{intel, apple}
	head := binary.BigEndian.AppendUint32(nil, macho.MagicFat)
	head = binary.BigEndian.AppendUint32(head, uint32(len(programs)))
	offset := align(int64(len(head) + 20*len(programs)))
	var body bytes.Buffer
	for i, cpu := range []macho.Cpu{macho.CpuAmd64, macho.CpuArm64} {
		f, err := macho.NewFile(bytes.NewReader(programs[i]))
		if err != nil {
			return nil, fmt.Errorf("make a universal program: %w", err)
		}
		if f.Cpu != cpu {
			return nil, errMachine
		}
		at := offset + align(int64(body.Len()))
		body.Write(make([]byte, at-offset-int64(body.Len())))
		body.Write(programs[i])
		for _, n := range []uint32{uint32(cpu), f.SubCpu, uint32(at), uint32(len(programs[i])), fatAlign} {
			head = binary.BigEndian.AppendUint32(head, n)
		}
	}
	head = append(head, make([]byte, offset-int64(len(head)))...)
	return append(head, body.Bytes()...), nil
}

func align(n int64) int64 { return (n + 1<<fatAlign - 1) &^ (1<<fatAlign - 1) }
