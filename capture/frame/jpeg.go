package frame

import (
	"encoding/binary"
	"errors"
)

// JPEG markers (ITU-T T.81 table B.1).
const (
	markerSOI = 0xD8
	markerDQT = 0xDB
	markerDHT = 0xC4
	markerSOS = 0xDA
)

// Abridge appends a JPEG without its DQT and DHT segments to rest, and those
// segments to tables, and returns both: the two halves of PhotoAbridged.
func Abridge(rest, tables, jpeg []byte) ([]byte, []byte, error) {
	if len(jpeg) < 4 || jpeg[0] != 0xFF || jpeg[1] != markerSOI {
		return rest, tables, errors.New("no JPEG")
	}
	rest = append(rest, jpeg[:2]...)
	for b := jpeg[2:]; len(b) >= 4 && b[0] == 0xFF; {
		if b[1] == markerSOS {
			return append(rest, b...), tables, nil
		}
		n := 2 + int(binary.BigEndian.Uint16(b[2:]))
		if n < 4 || n > len(b) {
			break
		}
		if b[1] == markerDQT || b[1] == markerDHT {
			tables = append(tables, b[:n]...)
		} else {
			rest = append(rest, b[:n]...)
		}
		b = b[n:]
	}
	return rest, tables, errors.New("JPEG with a broken segment")
}

// Complete appends the abridged JPEG with its tables to b: one that any
// decoder reads.
func Complete(b, abridged, tables []byte) ([]byte, error) {
	if len(abridged) < 2 || abridged[0] != 0xFF || abridged[1] != markerSOI {
		return b, errors.New("no JPEG")
	}
	return append(append(append(b, abridged[:2]...), tables...), abridged[2:]...), nil
}
