package api

import (
	"context"
	"errors"
	"strings"

	"jump/site/audit"
	"jump/site/mail"
	"jump/site/message"
	"jump/site/store"
)

type mailInstallerRequest struct {
	UID  string `path:"uid" maxLength:"64"`
	Body struct {
		KeyInfo    string   `json:"key_info" maxLength:"1024" doc:"KEY_INFO, which the site does not keep"`
		Recipients []string `json:"recipients" minItems:"1" maxItems:"50" doc:"Mail addresses; each gets a letter of its own"`
		Language   string   `json:"language,omitempty" enum:"en,de"`
		Note       string   `json:"note,omitempty" maxLength:"2000" doc:"What the letter says besides"`
	}
}

// Mailed says how mailing an installer went.
type Mailed struct {
	Sent   int         `json:"sent" doc:"To how many the server took the letter"`
	Failed []NotMailed `json:"failed"`
}

// NotMailed is somebody who gets no letter.
type NotMailed struct {
	Recipient string `json:"recipient"`
	Code      string `json:"code"`
	Reason    string `json:"reason" doc:"One sentence, or what the mail server said"`
}

func (s *Server) mailInstaller(ctx context.Context, in *mailInstallerRequest) (*answer[Mailed], error) {
	c, b := callerOf(ctx), &in.Body
	key, shown, err := s.Keys.Holder(ctx, in.UID, b.KeyInfo)
	if err != nil {
		return nil, err
	}
	if !mine(c.user, key) {
		return nil, store.ErrNotFound
	}
	if err := s.Keys.Usable(key); err != nil {
		return nil, err
	}
	letter := mail.Letter{Language: message.Language(b.Language), Site: s.Name, Sender: c.user.Name,
		Link: s.link(key.UID, shown.String()), Until: key.ExpiresAt, Note: b.Note}
	d, err := s.send(ctx, letter, b.Recipients)
	if err != nil {
		return nil, err
	}
	result := Mailed{Sent: len(d.Taken), Failed: []NotMailed{}}
	for _, m := range d.Missed {
		result.Failed = append(result.Failed, notMailed(m, c.language))
	}
	return &answer[Mailed]{result}, s.record(ctx, audit.ActionInstallerMail, key.UID, "to "+strings.Join(d.Taken, ", "))
}

func notMailed(m mail.Undelivered, in message.Language) NotMailed {
	n := NotMailed{Recipient: m.To}
	var f *mail.Failure
	if errors.As(m.Err, &f) {
		text, _ := message.For(f.Code, in)
		n.Code, n.Reason = string(f.Code), text.Sentence
		if f.Reply != "" {
			n.Reason = f.Reply
		}
	}
	return n
}
