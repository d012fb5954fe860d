package api

import (
	"context"

	"jump/site/audit"
	"jump/site/store"
)

// Group is a Jump Group.
type Group struct {
	Code    string   `json:"code"`
	Name    string   `json:"name"`
	Kind    string   `json:"kind" enum:"personal,shared"`
	Owner   string   `json:"owner,omitempty" doc:"Whose personal group it is"`
	Clients int      `json:"clients" doc:"How many Jump Clients are in it"`
	Tags    []string `json:"tags" doc:"In use within it"`
}

func groupOf(g store.Group) Group {
	return Group{g.Code, g.Name, g.Kind, g.Owner, g.Clients, append([]string{}, g.Tags...)}
}

// GroupList is all Jump Groups that the caller sees.
type GroupList struct {
	Items []Group `json:"items"`
}

func (s *Server) listGroups(ctx context.Context, _ *none) (*answer[GroupList], error) {
	groups, err := s.Groups.Groups(ctx)
	if err != nil {
		return nil, err
	}
	list := GroupList{Items: []Group{}}
	for _, g := range groups {
		if callerOf(ctx).user.Sees(g.Code) {
			list.Items = append(list.Items, groupOf(g))
		}
	}
	return &answer[GroupList]{list}, nil
}

type createGroupRequest struct {
	Body struct {
		Code string `json:"code,omitempty" maxLength:"64" pattern:"^[a-z0-9][a-z0-9._-]*$" doc:"Empty: made from the name"`
		Name string `json:"name" minLength:"1" maxLength:"128"`
	}
}

func (s *Server) createGroup(ctx context.Context, in *createGroupRequest) (*answer[Group], error) {
	g, err := s.Groups.CreateGroup(ctx, store.Group{Code: in.Body.Code, Name: in.Body.Name, Kind: store.GroupShared})
	if err != nil {
		return nil, err
	}
	if err := s.record(ctx, audit.ActionGroupCreate, g.Code, g.Name); err != nil {
		return nil, err
	}
	return &answer[Group]{groupOf(g)}, nil
}
