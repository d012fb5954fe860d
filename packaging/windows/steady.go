package windows

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"regexp"
	"time"
)

// guid is how an MSI writes its codes.
var guid = regexp.MustCompile(`\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}`)

// steady makes the same MSI of the same seed, in place. wixl draws the codes of
// product and package at random, and writes the present time twice; all have a
// fixed length. Codes that stand in sources are no such draws and stay.
func steady(msi, sources, seed []byte) {
	drawn := map[string]int{}
	for _, at := range guid.FindAllIndex(msi, -1) {
		code := msi[at[0]:at[1]]
		if bytes.Contains(sources, code[1:len(code)-1]) {
			continue
		}
		n, seen := drawn[string(code)]
		if !seen {
			n = len(drawn)
			drawn[string(code)] = n
		}
		copy(code, newCode(seed, n))
	}
}

// newCode is a GUID of version 8 (RFC 9562 section 5.8).
func newCode(seed []byte, n int) string {
	b := sha256.Sum256(fmt.Appendf(nil, "%x code %d", seed, n))
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return fmt.Sprintf("{%X-%X-%X-%X-%X}", b[:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// retime replaces the times between begin and end in an MSI, in place. They are
// numbers of 8 bytes, of which the span of a build makes up one in 10^11: none
// is hit by chance.
func retime(msi []byte, begin, end, want time.Time) {
	from, to := fileTime(begin.Add(-time.Second)), fileTime(end.Add(time.Second))
	for i := 0; i+8 <= len(msi); i++ {
		if t := binary.LittleEndian.Uint64(msi[i:]); t >= from && t <= to {
			binary.LittleEndian.PutUint64(msi[i:], fileTime(want))
		}
	}
}

// fileTime counts 100 ns since 1601, as Windows does.
func fileTime(t time.Time) uint64 {
	const epoch = 11644473600 // 1970, in seconds since 1601
	return uint64(t.Unix()+epoch)*1e7 + uint64(t.Nanosecond()/100)
}
