package ntlm

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"
	"time"
)

func unhex(t testing.TB, s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// example is the challenge of MS-NLMP section 4.2.4.3.
const example = "4e544c4d53535000 02000000 0c000c0038000000 33828ae2 0123456789abcdef 0000000000000000 2400240044000000 060070170000000f" +
	"530065007200760065007200 02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000"

// TestExample has the values of MS-NLMP section 4.2.4.
func TestExample(t *testing.T) {
	c, err := parse(unhex(t, example))
	if err != nil {
		t.Fatal(err)
	}
	key := responseKey("Domain", "User", "Password")
	if want := unhex(t, "0c868a403bfd7a93a3001ef22ef02e3f"); !bytes.Equal(key, want) {
		t.Errorf("key %x, want %x", key, want)
	}
	mine := [8]byte(unhex(t, "aaaaaaaaaaaaaaaa"))
	lm, nt := c.responses(key, mine, [8]byte{})
	if want := unhex(t, "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa"); !bytes.Equal(lm, want) {
		t.Errorf("LM response %x, want %x", lm, want)
	}
	if want := unhex(t, "68cd0ab851e51c96aabc927bebef6a1c"); !bytes.Equal(nt[:16], want) {
		t.Errorf("NT response %x, want %x", nt[:16], want)
	}
	if got := c.answer(`Domain\User`, "Password", mine, [8]byte{}); !bytes.Equal(field(t, got, 20), nt) ||
		string(field(t, got, 28)) != "D\x00o\x00m\x00a\x00i\x00n\x00" || string(field(t, got, 36)) != "U\x00s\x00e\x00r\x00" {
		t.Errorf("%x", got)
	}
}

// field returns what the field at an offset of a message leads to.
func field(t testing.TB, b []byte, at int) []byte {
	t.Helper()
	size, from := int(binary.LittleEndian.Uint16(b[at:])), int(binary.LittleEndian.Uint32(b[at+4:]))
	if from+size > len(b) {
		t.Fatalf("the field at %d leads out of %x", at, b)
	}
	return b[from:][:size]
}

// info makes a challenge with target information.
func info(t testing.TB, pairs string) []byte {
	b, said := unhex(t, example)[:48], unhex(t, pairs)
	binary.LittleEndian.PutUint16(b[40:], uint16(len(said)))
	binary.LittleEndian.PutUint32(b[44:], 48)
	return append(b, said...)
}

// TestTime: a server that says what time it is gets that time back, and no LM
// response.
func TestTime(t *testing.T) {
	got, err := Authenticate(info(t, "0700 0800 1122334455667788 0000 0000"), "anne", "secret")
	if err != nil {
		t.Fatal(err)
	}
	if nt := field(t, got, 20); !bytes.Equal(nt[24:32], unhex(t, "1122334455667788")) {
		t.Errorf("NT response %x", nt)
	}
	if lm := field(t, got, 12); !bytes.Equal(lm, make([]byte, 24)) {
		t.Errorf("LM response %x", lm)
	}
	if at := fileTime(time.Unix(1, 0)); binary.LittleEndian.Uint64(at[:]) != 0x019db1ded53e8000+1e7 {
		t.Errorf("a second after 1970 is %x", at)
	}
}

func TestBadChallenges(t *testing.T) {
	good := unhex(t, example)
	ansi := bytes.Clone(good)
	ansi[20] &^= flagUnicode
	far := bytes.Clone(good)
	binary.LittleEndian.PutUint32(far[44:], 0xffffffff)
	for name, b := range map[string][]byte{
		"empty": nil, "cut": good[:31], "cut in its information": good[:len(good)-5], "type 1": Negotiate(), "no Unicode": ansi, "far away": far,
		"huge": append(bytes.Clone(good), make([]byte, maxChallenge)...), "bad pairs": info(t, "0700 0900 11"), "half a pair": info(t, "0700"),
	} {
		if got, err := Authenticate(b, "anne", "secret"); err == nil {
			t.Errorf("%s: answered with %x", name, got)
		}
	}
	for name, b := range map[string][]byte{"old, without information": good[:32], "no end": info(t, "0200 0200 4100"), "no pair": info(t, "")} {
		if _, err := Authenticate(b, "anne", "secret"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzAuthenticate: whatever a proxy asks, the answer is a message whose fields
// lie within it, and shows no password.
func FuzzAuthenticate(f *testing.F) {
	f.Add(unhex(f, example))
	f.Add(info(f, "0700 0800 1122334455667788 0000 0000"))
	f.Add(Negotiate())
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Authenticate(b, `CORP\anne`, "a long and secret password")
		if err != nil {
			return
		}
		for at := 12; at <= 52; at += 8 {
			field(t, got, at)
		}
		if len(got) > len(b)+256 || bytes.Contains(got, unicode("a long and secret")) {
			t.Errorf("%x", got)
		}
	})
}
