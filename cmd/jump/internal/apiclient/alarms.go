package apiclient

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Alarm is something that the site does not do without an administrator's word.
type Alarm struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"` // mass_removal, clock_jump
	At       time.Time `json:"at"`
	TextCode string    `json:"text_code"`
	Text     string    `json:"text"`
	Hint     string    `json:"hint"`
	Count    int       `json:"count"` // of clients, for mass_removal
}

// Alarms returns the alarms that wait for an answer.
func (s *Site) Alarms(ctx context.Context) ([]Alarm, error) {
	var list struct {
		Items []Alarm `json:"items"`
	}
	err := s.get(ctx, "alarms", nil, &list)
	return list.Items, err
}

// AnswerAlarm answers an alarm: proceed or dismiss.
func (s *Site) AnswerAlarm(ctx context.Context, id, answer string) error {
	in := struct {
		Answer string `json:"answer"`
	}{answer}
	return s.call(ctx, http.MethodPost, "alarms/"+url.PathEscape(id), nil, in, nil)
}
