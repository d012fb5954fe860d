package flood

import (
	"encoding/hex"
	"testing"
)

// TestKeys reads RFC 9001 appendix A.1.
func TestKeys(t *testing.T) {
	id, _ := hex.DecodeString("8394c8f03e515708")
	key, iv, mask, err := keys(id)
	if err != nil {
		t.Fatal(err)
	}
	for want, got := range map[string][]byte{
		"1f369613dd76d5467730efcbe3b1a22d": key, "fa044b2f42a3fd3b46fb255c": iv, "9f50449e04a0e810283a1e9933adedd2": mask,
	} {
		if hex.EncodeToString(got) != want {
			t.Errorf("%x, want %s", got, want)
		}
	}
}

func TestPacket(t *testing.T) {
	hello, err := Hello()
	if err != nil {
		t.Fatal(err)
	}
	p, err := Packet(hello)
	if err != nil || len(p) != packetSize || p[0]&0xf0 != 0xc0 {
		t.Errorf("%d bytes, first %#x, %v", len(p), p[0], err)
	}
}
