package stamp

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// sample is a key whose text never changes: installers made today must work
// with the programs of tomorrow.
var sample = Key{
	ID:     [8]byte{1, 2, 3, 4, 5, 6, 7, 8},
	Secret: [16]byte{9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24},
	Site:   sha256.Sum256([]byte("a site")),
	Host:   "support.example.com",
	Port:   443,
}

const sampleText = "aeaqeayeaudaocajbifqydiob4ibceqtcqkrmfyy3ps3ic4uz425ftdi5u4nukdgej4lxzri7rdlk7b3pjvxw7pxbyrado3tovyha33soqxgk6dbnvygyzjomnxw3l34y5yq"

func TestText(t *testing.T) {
	if got := sample.String(); got != sampleText {
		t.Errorf("String() = %q", got)
	}
	if k, err := Parse(sampleText); err != nil || k != sample {
		t.Errorf("Parse = %v, %v", k, err)
	}
}

func TestNew(t *testing.T) {
	for _, c := range []struct {
		host string
		port uint16
		want string // host of the key, "" if refused
	}{
		{"localhost", 8443, "localhost"},
		{"Support.Example.COM", 443, "support.example.com"},
		{"192.0.2.7", 443, "192.0.2.7"},
		{"2001:db8::1", 443, "2001:db8::1"},
		{"jump_site-1.lan", 443, "jump_site-1.lan"},
		{strings.Repeat("abcdefg.", 31) + "abcde", 1, strings.Repeat("abcdefg.", 31) + "abcde"},
		{strings.Repeat("abcdefg.", 31) + "abcdef", 1, ""},
		{strings.Repeat("a", 64), 1, ""},
		{"", 443, ""},
		{"example.com", 0, ""},
		{"example.com.", 443, ""},
		{"-example.com", 443, ""},
		{"exa mple.com", 443, ""},
		{"$(reboot)", 443, ""},
		{"[::1]", 443, ""},
		{"2001:db8:0::1", 443, ""},
		{"fe80::1%eth0", 443, ""},
		{"exämple.com", 443, ""},
	} {
		k, err := New(sample.Site, c.host, c.port)
		if (err == nil) != (c.want != "") || k.Host != c.want {
			t.Errorf("New(%q, %d) = %q, %v", c.host, c.port, k.Host, err)
			continue
		}
		if err != nil {
			continue
		}
		if back, err := Parse(k.String()); err != nil || back != k {
			t.Errorf("Parse(%q) = %v, %v", k.String(), back, err)
		}
	}
}

func TestNewIsRandom(t *testing.T) {
	a, err1 := New(sample.Site, "a", 1)
	b, err2 := New(sample.Site, "a", 1)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if a.ID == b.ID || a.Secret == b.Secret {
		t.Error("two keys are alike")
	}
}

func TestGarbled(t *testing.T) {
	body := func(version byte, host string, port uint16) string {
		k := sample
		k.Host, k.Port = host, port
		b, err := encoding.DecodeString(k.String())
		if err != nil {
			t.Fatal(err)
		}
		b = b[:len(b)-sumSize]
		b[0] = version
		return encoding.EncodeToString(append(b, checksum(b)...))
	}
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "too short"},
		{"half", sampleText[:60], "too short"},
		{"long", strings.Repeat("a", 1<<20), "too long"},
		{"one missing", sampleText[:40] + sampleText[41:], "missing"},
		{"one changed", sampleText[:40] + flip(sampleText[40:41]) + sampleText[41:], "checksum"},
		{"two swapped", sampleText[:2] + sampleText[3:4] + sampleText[2:3] + sampleText[4:], "checksum"},
		{"capitals", strings.ToUpper(sampleText), "character 1 is none of"},
		{"space", sampleText + " ", "none of"},
		{"umlaut", sampleText[:50] + "ä" + sampleText[52:], "character 51"},
		{"line break inside", sampleText[:50] + "\n" + sampleText[50:], "character 51"},
		{"renamed download", sampleText + " (1).exe", "none of"},
		{"later version", body(2, "a.b", 1), "version 2"},
		{"forged host", body(1, "a b", 1), "DNS name"},
		{"forged port", body(1, "ab", 0), "port"},
	} {
		k, err := Parse(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) || k != (Key{}) {
			t.Errorf("%s: %v, %v; want %q", c.name, k, err, c.want)
			continue
		}
		if len(c.text) > 20 && strings.Contains(err.Error(), c.text[:20]) {
			t.Errorf("%s: the error repeats the key", c.name)
		}
	}
}

func flip(s string) string {
	if s == "a" {
		return "b"
	}
	return "a"
}

func TestSigner(t *testing.T) {
	key := sample.Signer()
	msg := []byte("a message")
	if !ed25519.Verify(key.Public().(ed25519.PublicKey), msg, ed25519.Sign(key, msg)) {
		t.Error("the signature does not verify")
	}
	const want = "40ce9e02f96a3cf40db90d6c7fd1b90a845a446f1778f1e99db96c2468e590a0"
	if got := fmt.Sprintf("%x", key.Public()); got != want {
		t.Errorf("public key %s: installers in the field would no longer enrol", got)
	}
	other := sample
	other.Secret[0]++
	if key.Equal(other.Signer()) {
		t.Error("another secret has the same signer")
	}
}

func TestPrintsNoSecret(t *testing.T) {
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "key", sample)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "key", &sample)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&log, verb+" "+verb+"\n", sample, &sample)
	}
	for _, secret := range []string{sampleText, fmt.Sprintf("%x", sample.Secret), "9 10 11"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("%q is in %s", secret, log.String())
		}
	}
	if !strings.Contains(log.String(), "deployment key 0102030405060708 for support.example.com:443") {
		t.Error(log.String())
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sampleText)
	f.Add(sampleText[:len(sampleText)-1])
	f.Add(strings.ToUpper(sampleText))
	f.Add("")
	f.Add(strings.Repeat("a", MaxLength))
	f.Add(Key{Host: "::1", Port: 65535}.String())
	f.Add(Key{Host: "..", Port: 1}.String())
	f.Add(Key{Host: "a\x00b", Port: 1}.String())
	f.Fuzz(func(t *testing.T, s string) {
		k, err := Parse(s)
		if err != nil {
			return
		}
		if k.String() != s {
			t.Errorf("%q parses, but its key is written %q", s, k.String())
		}
		if strings.ContainsAny(k.Host, " \x00\n\"'`$;&|<>/\\%") || k.Port == 0 {
			t.Errorf("address %q", k.Address())
		}
	})
}
