package mail

import (
	"errors"
	"fmt"
	"net/textproto"
	"strings"
	"unicode"

	"jump/site/message"
	"jump/transport/wire"
)

// Failure says at which step the server, or the way to it, failed.
type Failure struct {
	Code  wire.Code // one of message.CodeMail…
	Reply string    // what the server said, one line; empty where it might repeat a password
	Err   error
}

func (f *Failure) Error() string {
	text, _ := message.For(f.Code, message.LanguageEnglish)
	return fmt.Sprintf("%s (%v)", strings.TrimSuffix(text.Sentence, "."), f.Err)
}

func (f *Failure) Unwrap() error { return f.Err }

// maxReply bounds what is passed on of a server's answer, in characters.
const maxReply = 200

// fail makes a Failure, unless err is nil.
func fail(code wire.Code, err error) error {
	if err == nil {
		return nil
	}
	f := &Failure{Code: code, Err: err}
	var answer *textproto.Error
	if errors.As(err, &answer) && code != message.CodeMailAuth {
		f.Reply = shorten(fmt.Sprintf("%d %s", answer.Code, answer.Msg))
	}
	return f
}

func shorten(s string) string {
	runes := []rune(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s))
	return string(runes[:min(len(runes), maxReply)])
}
