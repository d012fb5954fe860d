package api

import (
	"context"
	"fmt"

	"jump/site/audit"
	"jump/site/store"
)

// Limits say how many Jump Clients the site may have (requirement B12), and how
// many it has.
type Limits struct {
	MaxClients int `json:"max_clients" doc:"Jump Clients in all; 0: no limit"`
	MaxActive  int `json:"max_active" doc:"Active Jump Clients; 0: no limit"`
	Clients    int `json:"clients" doc:"That count against max_clients"`
	Active     int `json:"active" doc:"That count against max_active"`
}

func (s *Server) getLimits(ctx context.Context, _ *none) (*answer[Limits], error) {
	most, err := s.Quota.Limits(ctx)
	if err != nil {
		return nil, err
	}
	now, err := s.Quota.Deployed(ctx)
	return &answer[Limits]{Limits{most.Total, most.Active, now.Total, now.Active}}, err
}

type setLimitsRequest struct {
	Body struct {
		MaxClients int `json:"max_clients" minimum:"0" maximum:"10000000"`
		MaxActive  int `json:"max_active" minimum:"0" maximum:"10000000"`
	}
}

func (s *Server) setLimits(ctx context.Context, in *setLimitsRequest) (*answer[Limits], error) {
	l := store.Limits{Total: in.Body.MaxClients, Active: in.Body.MaxActive}
	if err := s.record(ctx, audit.ActionSettingChange, "limits", fmt.Sprintf("clients %d, active %d", l.Total, l.Active)); err != nil {
		return nil, err
	}
	if err := s.Quota.SetLimits(ctx, l); err != nil {
		return nil, err
	}
	return s.getLimits(ctx, nil)
}
