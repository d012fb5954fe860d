package stamp

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

const (
	headSize = 1 + 8 + 16 + 32 + 2
	sumSize  = 4
	maxHost  = 253 // of a DNS name in text form, RFC 1035 section 2.3.4
	minSize  = headSize + 1 + sumSize
	maxSize  = headSize + maxHost + sumSize
)

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// MaxLength is the length of the longest text, in characters.
var MaxLength = encoding.EncodedLen(maxSize)

// String returns the text of the key, its secret included. It is for the person
// or the file that installs with it, never for a log.
func (k Key) String() string {
	b := append([]byte{Version}, k.ID[:]...)
	b = append(b, k.Secret[:]...)
	b = append(b, k.Site[:]...)
	b = binary.BigEndian.AppendUint16(b, k.Port)
	b = append(b, k.Host...)
	return encoding.EncodeToString(append(b, checksum(b)...))
}

// Parse reads what String wrote, and nothing else: no spaces, no capitals, no
// other spelling of the same key. The error is one sentence that says what is
// wrong and never repeats the text.
func Parse(s string) (Key, error) {
	k, err := parse(s)
	if err != nil {
		return Key{}, fmt.Errorf("the deployment key is garbled: %w", err)
	}
	return k, nil
}

func parse(s string) (Key, error) {
	b, err := decode(s)
	if err != nil {
		return Key{}, err
	}
	body, sum := b[:len(b)-sumSize], b[len(b)-sumSize:]
	if !bytes.Equal(sum, checksum(body)) {
		return Key{}, errors.New("its checksum is wrong, so a character is missing or changed")
	}
	if body[0] != Version {
		return Key{}, fmt.Errorf("it has version %d and this program knows %d only", body[0], Version)
	}
	return split(body)
}

// decode bounds the text before it allocates.
func decode(s string) ([]byte, error) {
	switch {
	case len(s) < encoding.EncodedLen(minSize):
		return nil, fmt.Errorf("it is too short, %d characters of at least %d", len(s), encoding.EncodedLen(minSize))
	case len(s) > MaxLength:
		return nil, fmt.Errorf("it is too long, %d characters of at most %d", len(s), MaxLength)
	}
	b, err := encoding.DecodeString(s)
	if err == nil && encoding.EncodeToString(b) == s {
		return b, nil
	}
	for i, r := range s {
		if (r < 'a' || r > 'z') && (r < '2' || r > '7') {
			return nil, fmt.Errorf("character %d is none of a-z and 2-7", i+1)
		}
	}
	return nil, errors.New("its length cannot be, so a character is missing or too many")
}

// split takes a body apart whose checksum and version are right. A forged text
// gets here too, so the address is still hostile.
func split(body []byte) (Key, error) {
	var k Key
	rest := body[1:]
	for _, field := range [][]byte{k.ID[:], k.Secret[:], k.Site[:]} {
		rest = rest[copy(field, rest):]
	}
	k.Port = binary.BigEndian.Uint16(rest)
	k.Host = string(rest[2:])
	return k, checkAddress(k.Host, k.Port)
}

func checksum(b []byte) []byte {
	sum := sha256.Sum256(b)
	return sum[:sumSize]
}

// checkAddress accepts what a resolver may be asked, in its one spelling, and
// keeps everything out that a shell, a file name or a log could misread.
func checkAddress(host string, port uint16) error {
	if port == 0 {
		return errors.New("its port is 0")
	}
	if a, err := netip.ParseAddr(host); err == nil {
		if a.Zone() != "" || a.String() != host {
			return errors.New("its address is not in canonical form")
		}
		return nil
	}
	return checkName(host)
}

// checkName accepts DNS names (RFC 1123 section 2.1), with the underscore that
// internal networks use.
func checkName(host string) error {
	if host == "" || len(host) > maxHost {
		return fmt.Errorf("its host name has %d characters, not 1 to %d", len(host), maxHost)
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return errors.New("its host is no DNS name")
		}
		if strings.ContainsFunc(label, foreign) {
			return errors.New("its host has a character that no DNS name has")
		}
	}
	return nil
}

func foreign(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
}
