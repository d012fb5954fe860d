package apiclient

import (
	"context"
	"net/http"
)

// ListedGroup is a Jump Group with what the list of them says.
type ListedGroup struct {
	Group
	Kind    string `json:"kind"` // personal, shared
	Owner   string `json:"owner,omitempty"`
	Clients int    `json:"clients"` // that are in it
}

// Groups returns the Jump Groups that the caller sees.
func (s *Site) Groups(ctx context.Context) ([]ListedGroup, error) {
	var list struct {
		Items []ListedGroup `json:"items"`
	}
	err := s.get(ctx, "groups", nil, &list)
	return list.Items, err
}

// CreateGroup makes a shared Jump Group. An empty code is made from the name.
func (s *Site) CreateGroup(ctx context.Context, name, code string) (ListedGroup, error) {
	in := struct {
		Name string `json:"name"`
		Code string `json:"code,omitempty"`
	}{name, code}
	var g ListedGroup
	err := s.call(ctx, http.MethodPost, "groups", nil, in, &g)
	return g, err
}
