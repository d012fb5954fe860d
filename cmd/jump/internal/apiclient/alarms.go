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
	Kind     string    `json:"kind"` // mass_removal, clock_jump, copied_client, restored_site
	At       time.Time `json:"at"`
	TextCode string    `json:"text_code"`
	Text     string    `json:"text"`
	Hint     string    `json:"hint"`
	Count    int       `json:"count"` // of clients or copies
	Answers  []string  `json:"answers"`
	// Client is the client that it is about; nil if it is about none.
	Client *AlarmClient `json:"client,omitempty"`
}

// AlarmClient is a client whose key several computers show.
type AlarmClient struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Copies []Copy `json:"copies"`
}

// Copy is one of these computers.
type Copy struct {
	Number    string    `json:"number"`
	Address   string    `json:"address"`
	Hostname  string    `json:"hostname"`
	Connected bool      `json:"connected"`
	Since     time.Time `json:"since"`
	SeenAt    time.Time `json:"seen_at"`
}

// Alarms returns the alarms that wait for an answer.
func (s *Site) Alarms(ctx context.Context) ([]Alarm, error) {
	var list struct {
		Items []Alarm `json:"items"`
	}
	err := s.get(ctx, "alarms", nil, &list)
	return list.Items, err
}

// AnswerAlarm answers an alarm with one of its answers. Number names the copy
// that stays or is removed; empty for all other answers.
func (s *Site) AnswerAlarm(ctx context.Context, id, answer, number string) error {
	in := struct {
		Answer string `json:"answer"`
		Copy   string `json:"copy,omitempty"`
	}{answer, number}
	return s.call(ctx, http.MethodPost, "alarms/"+url.PathEscape(id), nil, in, nil)
}
