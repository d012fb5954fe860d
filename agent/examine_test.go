package agent

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"jump/transport/wire"
)

func examination(t *testing.T) []byte {
	t.Helper()
	body, err := wire.Marshal(wire.Open{Kind: wire.KindDoctor})
	if err != nil {
		t.Fatal(err)
	}
	return wire.Append(nil, wire.TypeOpen, body)
}

// TestExamine: the site gets what the agent has found out, cut to its bounds, and
// a second examination beside the first is refused. Whoever takes too long has
// its context end.
func TestExamine(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, func(o *Options) {
			o.Examine = func(ctx context.Context) []wire.Finding {
				<-ctx.Done()
				return slices.Repeat([]wire.Finding{{Check: "udp", Level: wire.FindingNote, Text: strings.Repeat("ä", wire.MaxFinding), Hint: strings.Repeat("ö", wire.MaxFinding)}}, wire.MaxFindings+1)
			}
		})
		p := r.welcomed(wire.Settings{})
		p.answer()
		begun := time.Now()
		first := wire.NewReader(p.open(examination(t)), wire.MaxControl)
		expect(t, first, wire.TypeOpened, "")
		expect(t, wire.NewReader(p.open(examination(t)), wire.MaxControl), wire.TypeRefused, "")
		kind, body, err := first.Next()
		var found wire.Findings
		if err != nil || kind != wire.TypeFindings || wire.Unmarshal(body, &found) != nil || len(found.All) != wire.MaxFindings {
			t.Fatalf("0x%02x, %d findings, %v", uint8(kind), len(found.All), err)
		}
		if took := time.Since(begun); took != examineTime {
			t.Errorf("took %v", took)
		}
		if want := (wire.Finding{Check: "udp", Level: wire.FindingNote, Text: strings.Repeat("ä", wire.MaxFinding/2), Hint: strings.Repeat("ö", wire.MaxFinding/2)}); !reflect.DeepEqual(found.All[0], want) {
			t.Errorf("found %.100v", found.All[0])
		}
	})
}
