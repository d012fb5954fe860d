// Package message holds what the site says to people when something does not
// work, by its stable code, in English and German: messages M1 to M17 of
// requirements section F, and those beyond that list (M18).
//
// It is not a translation of the console, whose own texts live in web, and it
// knows nothing about HTTP.
package message

import (
	"strconv"
	"strings"

	"jump/transport/wire"
)

// Language is a language in which the site speaks.
type Language string

// The languages. The names are those of BCP 47.
const (
	LanguageEnglish Language = "en"
	LanguageGerman  Language = "de"
)

// Languages returns all of them, the usual one first.
func Languages() []Language { return []Language{LanguageEnglish, LanguageGerman} }

// Text is one message: a sentence, and what to do about it.
type Text struct {
	Sentence string
	Hint     string
}

// For returns the message of a code, and whether there is one.
func For(code wire.Code, in Language) (Text, bool) {
	both, ok := texts[code]
	if in == LanguageGerman {
		return both.de, ok
	}
	return both.en, ok
}

// Refused returns the message as the protocol carries it, in English: programs
// at the other end translate by the code.
func Refused(code wire.Code) *wire.Refused {
	t, _ := For(code, LanguageEnglish)
	return &wire.Refused{Code: code, Text: t.Sentence, Hint: t.Hint}
}

// Prefer reads an Accept-Language header (RFC 9110 section 12.5.4) and returns
// the language that it likes best among ours. Of a hostile header it reads 32
// parts.
func Prefer(header string) Language {
	best, weight := LanguageEnglish, 0.0
	for i, part := range strings.SplitN(header, ",", 33) {
		tag, params, _ := strings.Cut(part, ";")
		primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		if w := quality(params); i < 32 && w > weight && known(Language(primary)) {
			best, weight = Language(primary), w
		}
	}
	return best
}

func known(l Language) bool { return l == LanguageEnglish || l == LanguageGerman }

func quality(params string) float64 {
	value, found := strings.CutPrefix(strings.TrimSpace(params), "q=")
	if !found {
		return 1
	}
	q, err := strconv.ParseFloat(value, 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}
