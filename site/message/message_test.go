package message

import (
	"strconv"
	"strings"
	"testing"

	"jump/transport/wire"
)

func TestAllTexts(t *testing.T) {
	for code, both := range texts {
		for _, x := range []Text{both.en, both.de} {
			if x.Sentence == "" || x.Hint == "" || len(x.Sentence) > 1000 {
				t.Errorf("%s: %+v", code, x)
			}
		}
		if r := Refused(code); r.Validate() != nil || r.Text != both.en.Sentence {
			t.Errorf("%s as a refusal: %+v", code, r)
		}
	}
	for n := 1; n <= 17; n++ {
		if _, ok := For(wire.Code("M"+strconv.Itoa(n)), LanguageGerman); !ok {
			t.Errorf("M%d has no text", n)
		}
	}
}

// TestGuide compares with the appendix of the guide, word for word.
func TestGuide(t *testing.T) {
	for code, want := range map[wire.Code]string{
		"M3":  "Für die Support-Sitzung Tech. gibt es bereits eine Anfrage zur Fixierung.",
		"M7":  "Der Jump Client ist nicht vorhanden.",
		"M8":  "Der Jump Client ist offline.",
		"M12": "Ein interner Fehler ist beim Starten der Support-Sitzung Tech. aufgetreten.",
		"M13": "Ein interner Vorgang benötigte zu viel Zeit während der Erzeugung einer Support-Sitzung Tech.",
		"M14": "Der aktive Jump Client ist nicht verbunden.",
		"M16": "Der Jump Client wurde vom Benutzer deaktiviert und gestattet aktuell nicht den Start einer Sitzung.",
	} {
		if got, _ := For(code, LanguageGerman); got.Sentence != want {
			t.Errorf("%s: %q", code, got.Sentence)
		}
	}
}

func TestPrefer(t *testing.T) {
	for header, want := range map[string]Language{
		"": "en", "de": "de", "DE-at": "de", "en-GB,de;q=0.9": "en", "fr,de;q=0.3,en;q=0.2": "de",
		"de;q=0,en": "en", "fr": "en", "*": "en", "de;q=x": "en", "de;q=1e9": "en", "de;q=NaN,en;q=0.1": "en", ";,=,,": "en",
		strings.Repeat("fr,", 5000) + "de": "en",
	} {
		if got := Prefer(header); got != want {
			t.Errorf("%.60q: %s", header, got)
		}
	}
}

func FuzzPrefer(f *testing.F) {
	f.Add("de-DE,de;q=0.9,en;q=0.8")
	f.Add(";q=,;;,de;q=-1")
	f.Fuzz(func(t *testing.T, header string) {
		if got := Prefer(header); got != LanguageEnglish && got != LanguageGerman {
			t.Errorf("%q: %q", header, got)
		}
	})
}
