package darwin

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"debug/macho"
)

// TestProfile reads the profile as XML does: pairs of key and text.
func TestProfile(t *testing.T) {
	var out bytes.Buffer
	hostile := SignedBy("TEAM</string>&")
	if _, err := (Profile{hostile}).WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	var got []string
	for d := xml.NewDecoder(bytes.NewReader(out.Bytes())); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := token.(xml.CharData); ok && strings.TrimSpace(string(text)) != "" {
			got = append(got, string(text))
		}
	}
	for _, want := range [][]string{
		{"PayloadType", "com.apple.TCC.configuration-profile-policy", "PayloadIdentifier", "jump.client.policy"},
		{"Accessibility", "Identifier", programPath, "IdentifierType", "path", "CodeRequirement", hostile, "Authorization", "Allow", "PostEvent"},
		{"ScreenCapture", "Identifier", programPath, "IdentifierType", "path", "CodeRequirement", hostile, "Authorization", "AllowStandardUserToSetSystemService"},
		{"PayloadType", "Configuration", "PayloadIdentifier", "jump.client"},
	} {
		if at := slices.Index(got, want[0]); !contains(got, want) {
			t.Errorf("%q is not in %q", want, got[max(0, at):])
		}
	}
}

func contains(all, run []string) bool {
	for i := range all {
		if i+len(run) <= len(all) && slices.Equal(all[i:i+len(run)], run) {
			return true
		}
	}
	return false
}

// signed is a program whose only command says where its signature is.
func signed(blob []byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, macho.Magic64)
	for _, n := range []uint32{uint32(macho.CpuArm64), 0, uint32(macho.TypeExec), 1, 16, 0, 0, loadCodeSignature, 16, 48, uint32(len(blob))} {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return append(b, blob...)
}

// signature is a code directory of 12 bytes in the shortest signature.
func signature() []byte {
	var b []byte
	for _, n := range []uint32{magicSuperBlob, 32, 1, slotDirectory, 20, magicDirectory, 12, 7} {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return b
}

func TestAsBuilt(t *testing.T) {
	got, err := AsBuilt(signed(signature()))
	if want := `cdhash H"f5770135695200ceb06ed4b37ae6f39201d05b8f"`; got != want || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	for n := range signature() {
		if got, err := AsBuilt(signed(signature()[:n])); err == nil {
			t.Errorf("cut to %d bytes: %s", n, got)
		}
	}
	for n := range signed(signature()) {
		if got, err := AsBuilt(signed(signature())[:n]); err == nil {
			t.Errorf("a program cut to %d bytes: %s", n, got)
		}
	}
	if _, err := AsBuilt(thin(macho.CpuAmd64, "")); !errors.Is(err, errUnsigned) {
		t.Error(err)
	}
}

// TestAsBuiltRefuses: load commands that cannot be walked.
func TestAsBuiltRefuses(t *testing.T) {
	for name, change := range map[string]func(b []byte){
		"another system's":  func(b []byte) { copy(b, "\x7fELF") },
		"a 32-bit program":  func(b []byte) { binary.LittleEndian.PutUint32(b, macho.Magic32) },
		"a command of none": func(b []byte) { binary.LittleEndian.PutUint32(b[programHead+4:], 0) },
		"a command too long": func(b []byte) {
			binary.LittleEndian.PutUint32(b[programHead:], uint32(macho.LoadCmdSymtab))
			binary.LittleEndian.PutUint32(b[programHead+4:], 1<<31)
		},
		"commands beyond the end": func(b []byte) {
			binary.LittleEndian.PutUint32(b[programHead:], uint32(macho.LoadCmdSymtab))
			binary.LittleEndian.PutUint32(b[programHead+4:], 48)
			binary.LittleEndian.PutUint32(b[commandCount:], 1<<31)
		},
	} {
		b := signed(signature())
		change(b)
		if got, err := AsBuilt(b); !errors.Is(err, errNoProgram) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func FuzzAsBuilt(f *testing.F) {
	f.Add(signed(signature()))
	f.Add(thin(macho.CpuArm64, ""))
	f.Add(signed(nil)[:programHead+commandHead])
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := AsBuilt(b); err == nil && !strings.HasPrefix(s, "cdhash H") {
			t.Errorf("%q", s)
		}
	})
}
