package api

import (
	"context"
	"errors"

	"jump/site/audit"
	"jump/site/mail"
	"jump/site/message"
)

// MailSettings say through which server the site sends letters. The password is
// not in it.
type MailSettings struct {
	Host        string `json:"host" doc:"Empty: the site sends no mail"`
	Port        int    `json:"port" doc:"0: the usual one: 587 for starttls, 465 for tls, 25 for none"`
	Security    string `json:"security" enum:"starttls,tls,none"`
	User        string `json:"user" doc:"Empty: without signing in"`
	PasswordSet bool   `json:"password_set"`
	From        string `json:"from" doc:"Address of the sender"`
	FromName    string `json:"from_name"`
}

func (s *Server) getMail(ctx context.Context, _ *none) (*answer[MailSettings], error) {
	m, set, err := s.Mail.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return &answer[MailSettings]{MailSettings{Host: m.Host, Port: m.Port, Security: string(m.Security), User: m.User,
		PasswordSet: set, From: m.From, FromName: m.FromName}}, nil
}

type setMailRequest struct {
	Body struct {
		Host     string  `json:"host" maxLength:"253" doc:"Empty: send no mail"`
		Port     int     `json:"port,omitempty" minimum:"0" maximum:"65535"`
		Security string  `json:"security,omitempty" enum:"starttls,tls,none" doc:"none only for a server on the site's own computer"`
		User     string  `json:"user,omitempty" maxLength:"256"`
		Password *string `json:"password,omitempty" maxLength:"1024" doc:"Absent: the one before, for the same server and user"`
		From     string  `json:"from,omitempty" maxLength:"254"`
		FromName string  `json:"from_name,omitempty" maxLength:"128"`
	}
}

func (s *Server) setMail(ctx context.Context, in *setMailRequest) (*answer[MailSettings], error) {
	b := &in.Body
	settings := mail.Settings{Host: b.Host, Port: b.Port, Security: mail.Security(b.Security), User: b.User, From: b.From, FromName: b.FromName}
	err := s.Mail.Set(ctx, settings, b.Password)
	if errors.Is(err, mail.ErrSettings) {
		return nil, invalid(ctx, "body", err)
	}
	if err == nil {
		err = s.record(ctx, audit.ActionSettingChange, "mail", settings.String())
	}
	if err != nil {
		return nil, err
	}
	return s.getMail(ctx, nil)
}

type testMailRequest struct {
	Body struct {
		Recipient string `json:"recipient" maxLength:"254"`
		Language  string `json:"language,omitempty" enum:"en,de"`
	}
}

func (s *Server) testMail(ctx context.Context, in *testMailRequest) (*none, error) {
	l := mail.Letter{Language: message.Language(in.Body.Language), Site: s.Name, Sender: callerOf(ctx).user.Name}
	_, err := s.send(ctx, l, []string{in.Body.Recipient})
	return &none{}, err
}

// send sends a letter in the caller's name.
func (s *Server) send(ctx context.Context, l mail.Letter, to []string) (mail.Delivery, error) {
	d, err := s.Mail.Send(ctx, callerOf(ctx).user.Name, l, to)
	var many *mail.TooManyError
	var failed *mail.Failure
	switch {
	case errors.As(err, &many):
		return d, later(message.CodeMailLimit, many.RetryAfter)
	case errors.Is(err, mail.ErrAddress):
		return d, invalid(ctx, "body", err)
	case errors.As(err, &failed):
		p := problem(failed.Code, callerOf(ctx).language)
		if failed.Reply != "" {
			p.Errors = []*Fault{{Location: "server", Message: failed.Reply}}
		}
		return d, p
	}
	return d, err
}
