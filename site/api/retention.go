package api

import (
	"context"
	"fmt"
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
	Answer(ctx context.Context, number int64, a retention.Answer, by string) error
}

var _ Retention = (*retention.Keeper)(nil)

// ClientSettings are settings about Jump Clients.
type ClientSettings struct {
	OfflineDays int `json:"offline_days" minimum:"0" maximum:"36500" doc:"After so many days away Jump Clients are removed; at least 15, or 0 for never"`
}

func (s *Server) getClientSettings(context.Context, *none) (*answer[ClientSettings], error) {
	return &answer[ClientSettings]{ClientSettings{s.Retention.Policy().Days}}, nil
}

type setClientSettingsRequest struct {
	Body ClientSettings
}

func (s *Server) setClientSettings(ctx context.Context, in *setClientSettingsRequest) (*answer[ClientSettings], error) {
	days := in.Body.OfflineDays
	if days > 0 && days < wire.MinOfflineDays {
		return nil, invalid(ctx, "body.offline_days", retention.ErrDays)
	}
	if err := s.record(ctx, audit.ActionSettingChange, "clients", fmt.Sprintf("offline days %d", days)); err != nil {
		return nil, err
	}
	if err := s.Retention.SetDays(ctx, days); err != nil {
		return nil, err
	}
	return s.getClientSettings(ctx, nil)
}

// Alarm is something that the site does not do without an administrator's word.
// While one is open, no Jump Client is removed for being away.
type Alarm struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind" enum:"mass_removal,clock_jump"`
	At       time.Time `json:"at"`
	TextCode wire.Code `json:"text_code" doc:"The stable name of the message"`
	Text     string    `json:"text" doc:"The message, in the language of Accept-Language"`
	Hint     string    `json:"hint" doc:"What the answers mean"`
	Count    int       `json:"count" doc:"Of Jump Clients that would be removed, for mass_removal"`
	Answer   string    `json:"answer,omitempty" enum:"proceed,dismiss" doc:"Absent while it is open"`
}

// alarmOf returns an alarm as the API shows it.
func alarmOf(a *store.Alarm, in message.Language) Alarm {
	code := wire.Code("alarm_" + a.Kind)
	text, _ := message.For(code, in)
	return Alarm{ID: strconv.FormatInt(a.Number, 10), Kind: a.Kind, At: a.RaisedAt, TextCode: code,
		Text: text.Sentence, Hint: text.Hint, Count: a.Count, Answer: a.Answer}
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
		list.Items = append(list.Items, alarmOf(&open[i], callerOf(ctx).language))
	}
	return &answer[AlarmList]{list}, nil
}

type answerAlarmRequest struct {
	ID   int64 `path:"id"`
	Body struct {
		Answer string `json:"answer" enum:"proceed,dismiss"`
	}
}

func (s *Server) answerAlarm(ctx context.Context, in *answerAlarmRequest) (*none, error) {
	by := callerOf(ctx).user.Name
	if err := s.record(ctx, audit.ActionAlarmAnswer, strconv.FormatInt(in.ID, 10), in.Body.Answer); err != nil {
		return nil, err
	}
	return &none{}, s.Retention.Answer(ctx, in.ID, retention.Answer(in.Body.Answer), by)
}
