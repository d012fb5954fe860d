package api

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"jump/site/audit"
	"jump/site/message"
	"jump/site/retention"
	"jump/site/store"
	"jump/transport/wire"
)

// Retention removes clients that are away for too long.
type Retention interface {
	Policy() retention.Policy
	SetDays(ctx context.Context, days int) error
	Alarms(ctx context.Context) ([]store.Alarm, error)
	// Alarm returns one; store.ErrNotFound if it is not open.
	Alarm(ctx context.Context, number int64) (store.Alarm, error)
	Answer(ctx context.Context, number int64, a retention.Answer, by string) error
}

var _ Retention = (*retention.Keeper)(nil)

// Passive is about all passive clients (requirement G1).
type Passive interface {
	CheckIn() time.Duration
	SetCheckIn(ctx context.Context, every time.Duration) error
}

// ClientSettings are settings about Jump Clients.
type ClientSettings struct {
	OfflineDays int `json:"offline_days" minimum:"0" maximum:"36500" doc:"After so many days away Jump Clients are removed; at least 15, or 0 for never"`
	// CheckIn is optional, since it came later.
	CheckIn *int `json:"check_in_minutes,omitempty" minimum:"1" maximum:"1440" doc:"How often passive Jump Clients check in"`
}

func (s *Server) getClientSettings(context.Context, *none) (*answer[ClientSettings], error) {
	minutes := max(1, int(s.Passive.CheckIn()/time.Minute))
	return &answer[ClientSettings]{ClientSettings{s.Retention.Policy().Days, &minutes}}, nil
}

type setClientSettingsRequest struct {
	Body ClientSettings
}

func (s *Server) setClientSettings(ctx context.Context, in *setClientSettingsRequest) (*answer[ClientSettings], error) {
	days := in.Body.OfflineDays
	if days > 0 && days < wire.MinOfflineDays {
		return nil, invalid(ctx, "body.offline_days", retention.ErrDays)
	}
	details, every := fmt.Sprintf("offline days %d", days), in.Body.CheckIn
	if every != nil {
		details += fmt.Sprintf(", check in every %d min", *every)
	}
	if err := s.record(ctx, audit.ActionSettingChange, "clients", details); err != nil {
		return nil, err
	}
	if err := s.Retention.SetDays(ctx, days); err != nil {
		return nil, err
	}
	if every != nil {
		if err := s.Passive.SetCheckIn(ctx, time.Duration(*every)*time.Minute); err != nil {
			return nil, err
		}
	}
	return s.getClientSettings(ctx, nil)
}

// Alarm is something that the site does not do without an administrator's word.
// While one is open that is about no single Jump Client, none is removed for
// being away.
type Alarm struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind" enum:"mass_removal,clock_jump,copied_client,restored_site"`
	At       time.Time `json:"at"`
	TextCode wire.Code `json:"text_code" doc:"The stable name of the message"`
	Text     string    `json:"text" doc:"The message, in the language of Accept-Language"`
	Hint     string    `json:"hint" doc:"What the answers mean"`
	Count    int       `json:"count" doc:"Of Jump Clients that would be removed, of copies, or of Jump Clients that know more than the site"`
	Answers  []string  `json:"answers" doc:"Which it can be given"`
	Answer   string    `json:"answer,omitempty" doc:"Absent while it is open"`
	// Client is in lists only, and for copied_client.
	Client *AlarmClient `json:"client,omitempty" doc:"Which it is about, for copied_client; not in events"`
}

// alarmOf returns an alarm as the API shows it.
func alarmOf(a *store.Alarm, in message.Language) Alarm {
	code := wire.Code("alarm_" + a.Kind)
	text, _ := message.For(code, in)
	return Alarm{ID: strconv.FormatInt(a.Number, 10), Kind: a.Kind, At: a.RaisedAt, TextCode: code,
		Text: text.Sentence, Hint: text.Hint, Count: a.Count, Answers: answers(a.Kind), Answer: a.Answer}
}

// AlarmList is all alarms that wait for an answer.
type AlarmList struct {
	Items []Alarm `json:"items"`
}

func (s *Server) listAlarms(ctx context.Context, _ *none) (*answer[AlarmList], error) {
	open, err := s.Retention.Alarms(ctx)
	if err != nil {
		return nil, err
	}
	list := AlarmList{Items: []Alarm{}}
	for i := range open {
		item := alarmOf(&open[i], callerOf(ctx).language)
		if item.Client, err = s.alarmClient(ctx, &open[i]); err != nil {
			return nil, err
		}
		list.Items = append(list.Items, item)
	}
	return &answer[AlarmList]{list}, nil
}

type answerAlarmRequest struct {
	ID   int64 `path:"id"`
	Body struct {
		Answer string `json:"answer" enum:"proceed,dismiss,stays,one_machine,remove" doc:"One of the alarm's answers"`
		Copy   string `json:"copy,omitempty" maxLength:"20" doc:"For stays: the number of the original; for remove: that of the copy"`
	}
}

func (s *Server) answerAlarm(ctx context.Context, in *answerAlarmRequest) (*none, error) {
	a, err := s.Retention.Alarm(ctx, in.ID)
	switch {
	case err != nil:
		return nil, err
	case !slices.Contains(answers(a.Kind), in.Body.Answer):
		return nil, unfit(ctx)
	case a.Kind == store.AlarmCopied:
		return &none{}, s.settle(ctx, &a, in)
	}
	by := callerOf(ctx).user.Name
	if err := s.record(ctx, audit.ActionAlarmAnswer, strconv.FormatInt(in.ID, 10), in.Body.Answer); err != nil {
		return nil, err
	}
	return &none{}, s.Retention.Answer(ctx, in.ID, retention.Answer(in.Body.Answer), by)
}
