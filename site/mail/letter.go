package mail

import (
	"bytes"
	"embed"
	"fmt"
	html "html/template"
	"strings"
	text "text/template"
	"time"
	"unicode"

	"jump/site/message"
)

// Letter is one of the letters that the site sends. Its texts come from people
// and are data: they are escaped in HTML and cannot leave their header.
type Letter struct {
	Language message.Language
	Site     string    // the site's name
	Sender   string    // the account that sends it
	Link     string    // of the landing page, with the key; empty: a test letter
	Until    time.Time // when the link ends
	Note     string    // what the sender adds
}

// MaxNote bounds a note, in characters.
const MaxNote = 2000

//go:embed letters/*
var letterFiles embed.FS

// The templates, and the words that they lack.
var (
	plainLetters = text.Must(text.ParseFS(letterFiles, "letters/*.txt"))
	htmlLetters  = html.Must(html.ParseFS(letterFiles, "letters/*.html"))
	layouts      = map[message.Language]string{
		message.LanguageEnglish: "2 January 2006, 15:04 UTC",
		message.LanguageGerman:  "02.01.2006, 15:04 Uhr UTC",
	}
)

// page is what the templates see.
type page struct {
	Letter
	Expires string
	Lines   []string // of the note
}

// written is a letter in words: the first line of the text is its subject.
type written struct{ subject, plain, html string }

// write puts a letter into words.
func (l Letter) write() (written, error) {
	l.Site, l.Sender = line(l.Site), line(l.Sender)
	if _, ok := layouts[l.Language]; !ok {
		l.Language = message.LanguageEnglish
	}
	name := "installer." + string(l.Language)
	if l.Link == "" {
		name = "test." + string(l.Language)
	}
	p := page{Letter: l, Expires: l.Until.UTC().Format(layouts[l.Language])}
	if note := strings.TrimSpace(l.Note); note != "" {
		for s := range strings.Lines(note) {
			p.Lines = append(p.Lines, line(s))
		}
	}
	var plain, rich bytes.Buffer
	if err := plainLetters.ExecuteTemplate(&plain, name+".txt", p); err != nil {
		return written{}, fmt.Errorf("write a letter: %w", err)
	}
	if err := htmlLetters.ExecuteTemplate(&rich, name+".html", p); err != nil {
		return written{}, fmt.Errorf("write a letter: %w", err)
	}
	subject, body, _ := strings.Cut(plain.String(), "\n\n")
	return written{subject, body, rich.String()}, nil
}

// line makes one line of a text, without what steers a terminal or turns the
// direction of writing.
func line(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s))
}

// recipients checks addresses and takes those out that are there twice.
func recipients(all []string) ([]string, error) {
	var to []string
	seen := map[string]bool{}
	for _, address := range all {
		address = strings.TrimSpace(address)
		if err := checkAddress(address); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrAddress, err)
		}
		if folded := strings.ToLower(address); !seen[folded] {
			seen[folded] = true
			to = append(to, address)
		}
	}
	if len(to) == 0 || len(to) > MaxRecipients {
		return nil, fmt.Errorf("%w: %d recipients are not between 1 and %d", ErrAddress, len(to), MaxRecipients)
	}
	return to, nil
}
