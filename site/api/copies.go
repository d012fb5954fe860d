package api

import (
	"context"
	"errors"
	"strconv"
	"time"

	"jump/site/audit"
	"jump/site/clients"
	"jump/site/copies"
	"jump/site/message"
	"jump/site/store"
	"jump/transport/wire"
)

// Copy is one of several computers that show the key of one Jump Client.
type Copy struct {
	Number    string    `json:"number" doc:"Names it in the answer to the alarm"`
	Address   string    `json:"address" doc:"Where its last tunnel came from"`
	Hostname  string    `json:"hostname"`
	Connected bool      `json:"connected" doc:"Now"`
	Since     time.Time `json:"since" doc:"When it was first seen"`
	SeenAt    time.Time `json:"seen_at" doc:"When it last connected"`
}

// copiesOf returns the copies of a client that wait for a decision; nil if it is
// not in quarantine.
func copiesOf(c *clients.Client) []Copy {
	if c.QuarantinedAt.IsZero() {
		return nil
	}
	var all []Copy
	for _, x := range c.Copies.Undecided() {
		all = append(all, Copy{Number: strconv.FormatUint(x.Number, 10), Address: x.Address, Hostname: x.Hostname,
			Connected: c.Live[x.Number], Since: x.Since, SeenAt: x.SeenAt})
	}
	return all
}

// AlarmClient is the Jump Client that an alarm is about.
type AlarmClient struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Copies []Copy `json:"copies"`
}

// alarmClient returns what an alarm is about; nil if it is about none, or that
// is gone.
func (s *Server) alarmClient(ctx context.Context, a *store.Alarm) (*AlarmClient, error) {
	id, err := wire.ParseID(a.Subject)
	if err != nil {
		return nil, nil
	}
	c, err := s.Clients.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return &AlarmClient{ID: a.Subject, Name: c.Name, Copies: copiesOf(&c)}, err
}

// fates are the answers to an alarm about copies.
var fates = map[string]copies.Fate{"one_machine": copies.FateNone, "stays": copies.FateRenew, "remove": copies.FateRemove}

// settle carries out the answer to an alarm about copies of a client.
func (s *Server) settle(ctx context.Context, a *store.Alarm, in *answerAlarmRequest) error {
	id, err := wire.ParseID(a.Subject)
	if err != nil {
		return err
	}
	d := store.Decision{Fate: fates[in.Body.Answer]}
	if d.Fate != copies.FateNone {
		if d.Copy, err = strconv.ParseUint(in.Body.Copy, 10, 64); err != nil {
			return invalid(ctx, "body.copy", errors.New("the number of a copy is needed"))
		}
	}
	if err := s.record(ctx, audit.ActionAlarmAnswer, a.Subject, in.Body.Answer+" "+in.Body.Copy); err != nil {
		return err
	}
	_, err = s.Clients.Settle(ctx, id, d, callerOf(ctx).user.Name)
	return err
}

// answers are what an alarm of a kind can be answered with.
func answers(kind string) []string {
	if kind == store.AlarmCopied {
		return []string{"stays", "one_machine", "remove"}
	}
	return []string{"proceed", "dismiss"}
}

// unfit refuses an answer to another kind of question.
func unfit(ctx context.Context) error {
	return problem(message.CodeInvalid, callerOf(ctx).language)
}
