package api

import (
	"context"

	"jump/transport/wire"
)

// Examination is what a Jump Client has found out about itself, in the order in
// which the findings explain each other. The texts are its own, in English.
type Examination struct {
	Healthy  bool      `json:"healthy" doc:"Nothing is wrong"`
	Findings []Finding `json:"findings"`
}

// Finding is one thing that it has looked at.
type Finding struct {
	Check string `json:"check" doc:"In one word: udp, tcp, proxy, clock"`
	Level string `json:"level" doc:"ok, note or wrong; others are to be shown like note"`
	Text  string `json:"text"`
	Hint  string `json:"hint,omitempty" doc:"What to do about it"`
}

func (s *Server) examineClient(ctx context.Context, in *clientRequest) (*answer[Examination], error) {
	c, err := s.find(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	found, err := s.Clients.Examine(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	out := Examination{Healthy: true, Findings: make([]Finding, len(found))}
	for i, f := range found {
		out.Findings[i] = Finding{f.Check, string(f.Level), f.Text, f.Hint}
		out.Healthy = out.Healthy && f.Level != wire.FindingWrong
	}
	return &answer[Examination]{out}, nil
}
