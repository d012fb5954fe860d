package apiclient

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// NewInstaller describes a deployment key to make (requirement B1). Empty
// fields leave it to the site.
type NewInstaller struct {
	Platform  string   `json:"platform,omitempty"`
	Group     string   `json:"group,omitempty"`
	Tag       string   `json:"tag,omitempty"`
	Comments  string   `json:"comments,omitempty"`
	Name      string   `json:"name,omitempty"`
	ValidFor  string   `json:"valid_for,omitempty"` // "24h"
	MaxUses   int      `json:"max_uses,omitempty"`
	Overrides []string `json:"overrides,omitempty"` // name, group, tag, comments
}

// Installer is a deployment key. KeyInfo and Commands are given once, when it
// is made.
type Installer struct {
	UID       string     `json:"uid"`
	KeyInfo   string     `json:"key_info,omitempty"`
	Platform  string     `json:"platform"`
	Group     string     `json:"group"` // the code of the Jump Group
	Tag       string     `json:"tag"`
	Comments  string     `json:"comments"`
	Name      string     `json:"name"`
	Overrides []string   `json:"overrides"`
	CreatedBy string     `json:"created_by"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt time.Time  `json:"expires_at"`
	MaxUses   int        `json:"max_uses"` // 0: no limit
	Uses      int        `json:"uses"`
	RevokedAt *time.Time `json:"revoked_at,omitempty"`
	Commands  []Command  `json:"commands,omitempty"` // what to run, by way of installing
}

// Command is one way to install, to copy.
type Command struct {
	Platform string `json:"platform"` // empty: wherever the client program is
	Title    string `json:"title"`    // what reads it: sh, curl, msiexec, …
	Command  string `json:"command"`
}

// CreateInstaller makes a deployment key.
func (s *Site) CreateInstaller(ctx context.Context, n NewInstaller) (Installer, error) {
	var i Installer
	err := s.call(ctx, http.MethodPost, "installers", nil, n, &i)
	return i, err
}

// Installers lists the deployment keys.
func (s *Site) Installers(ctx context.Context) ([]Installer, error) {
	var list struct {
		Items []Installer `json:"items"`
	}
	err := s.get(ctx, "installers", nil, &list)
	return list.Items, err
}

// RevokeInstaller withdraws a deployment key: it enrols nobody from now on.
func (s *Site) RevokeInstaller(ctx context.Context, uid string) error {
	return s.call(ctx, http.MethodDelete, "installers/"+url.PathEscape(uid), nil, nil, nil)
}
