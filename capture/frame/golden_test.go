package frame_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"jump/capture/frame"
)

var update = flag.Bool("update", false, "write the golden file again")

const goldenPath = "testdata/goldens.json"

// golden is one case of the golden file. The browser reads it too.
type golden struct {
	Name     string          `json:"name"`
	Coding   int             `json:"coding"`
	Epoch    uint32          `json:"epoch"`
	Displays []goldenDisplay `json:"displays"`
	Frames   [][]byte        `json:"frames"`          // base64 of whole bodies
	Error    string          `json:"error,omitempty"` // set: the last frame must be refused, for about this reason
	Exact    bool            `json:"exact"`           // the flag of the last frame that counts
	Pictures []goldenPicture `json:"pictures,omitempty"`
}

type goldenDisplay struct {
	ID     uint8  `json:"id"`
	Width  uint16 `json:"width"`
	Height uint16 `json:"height"`
}

// goldenPicture is what a display shows at the end: the hash of its r g b bytes
// in rows, or, where photographs make it approximate, some pixels and by how
// much each of their channels may differ.
type goldenPicture struct {
	Display   uint8    `json:"display"`
	SHA256    string   `json:"sha256,omitempty"`
	Samples   [][5]int `json:"samples"` // x, y, r, g, b
	Tolerance int      `json:"tolerance"`
}

func pictureOf(p *pen, tolerance int) goldenPicture {
	g := goldenPicture{Display: p.id, Tolerance: tolerance}
	rgb := p.rgb()
	if tolerance == 0 {
		sum := sha256.Sum256(rgb)
		g.SHA256 = hex.EncodeToString(sum[:])
	}
	for i := range 12 {
		x, y := (i*37+5)%p.size.X, (i*23+3)%p.size.Y
		at := 3 * (y*p.size.X + x)
		g.Samples = append(g.Samples, [5]int{x, y, int(rgb[at]), int(rgb[at+1]), int(rgb[at+2])})
	}
	return g
}

func readGoldens(t testing.TB) []golden {
	t.Helper()
	b, err := os.ReadFile(goldenPath)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []golden }
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	return file.Cases
}

func writeGoldens(t *testing.T, cases []golden) {
	t.Helper()
	b, err := json.MarshalIndent(struct {
		Format int      `json:"format"`
		Cases  []golden `json:"cases"`
	}{frame.Version, cases}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(goldenPath, append(b, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestGoldens: what is written today is what was written when the golden file
// was made. Compressed frames and photographs are the work of libraries, whose
// bytes may change; capture/decode checks that all of them are still read.
func TestGoldens(t *testing.T) {
	cases := append(drawings(t), malformed(t)...)
	if *update {
		writeGoldens(t, cases)
	}
	kept := readGoldens(t)
	if len(kept) != len(cases) {
		t.Fatalf("%d cases in the file, %d made: go test ./capture/frame -update", len(kept), len(cases))
	}
	for i, want := range kept {
		got := cases[i]
		if got.Name != want.Name {
			t.Fatalf("case %d is %q in the file, %q made", i, want.Name, got.Name)
		}
		t.Run(want.Name, func(t *testing.T) { compare(t, got, want) })
	}
}

func compare(t *testing.T, got, want golden) {
	if len(got.Frames) != len(want.Frames) {
		t.Fatalf("%d frames, want %d", len(got.Frames), len(want.Frames))
	}
	lossy := len(want.Pictures) > 0 && want.Pictures[0].Tolerance > 0
	for i := range want.Frames {
		if want.Coding == none && !lossy && !bytes.Equal(got.Frames[i], want.Frames[i]) {
			t.Errorf("frame %d\n got %x\nwant %x", i, got.Frames[i], want.Frames[i])
		}
	}
	for i, p := range want.Pictures {
		if got.Pictures[i].SHA256 != p.SHA256 {
			t.Errorf("display %d means another picture than before", p.Display)
		}
	}
}
