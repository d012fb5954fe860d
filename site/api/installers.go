package api

import (
	"context"
	"errors"
	"time"

	"jump/site/audit"
	"jump/site/auth"
	"jump/site/deploy"
	"jump/site/message"
	"jump/site/store"
	"jump/transport/wire"
)

// Installer is a deployment key as everybody who may deploy sees it. The secret
// is not in it.
type Installer struct {
	UID       string     `json:"uid" doc:"Names the installer: bomgar-scc-<uid>"`
	Platform  string     `json:"platform"`
	Name      string     `json:"name"`
	Group     string     `json:"group" doc:"Code of the Jump Group"`
	Tag       string     `json:"tag"`
	Comments  string     `json:"comments"`
	Overrides []string   `json:"overrides" doc:"What may be set at install time instead"`
	MaxUses   int        `json:"max_uses" doc:"0: no limit"`
	Uses      int        `json:"uses"`
	CreatedBy string     `json:"created_by"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt time.Time  `json:"expires_at"`
	RevokedAt *time.Time `json:"revoked_at,omitempty"`
}

func installerOf(k store.Key) Installer {
	return Installer{UID: k.UID, Platform: k.Platform, Name: k.Name, Group: k.Group, Tag: k.Tag, Comments: k.Comments,
		Overrides: append([]string{}, k.Overrides...), MaxUses: k.MaxUses, Uses: k.Uses, CreatedBy: k.CreatedBy,
		CreatedAt: k.CreatedAt, ExpiresAt: k.ExpiresAt, RevokedAt: optional(k.RevokedAt)}
}

// NewInstaller is a deployment key at the only moment at which its secret is
// known.
type NewInstaller struct {
	Installer
	KeyInfo  string            `json:"key_info" doc:"KEY_INFO: shown now and never again"`
	Commands map[string]string `json:"commands" doc:"What to run on the computer, by way of installing"`
}

type createInstallerRequest struct {
	Body struct {
		Platform  string   `json:"platform,omitempty" maxLength:"32"`
		Name      string   `json:"name,omitempty" maxLength:"128"`
		Group     string   `json:"group,omitempty" maxLength:"160" doc:"general, user:<name>, jumpgroup:<code> or a name; empty: general"`
		Tag       string   `json:"tag,omitempty" maxLength:"64"`
		Comments  string   `json:"comments,omitempty" maxLength:"1024"`
		ValidFor  string   `json:"valid_for,omitempty" maxLength:"16" example:"24h" doc:"10m to 8760h; empty: 24h"`
		MaxUses   int      `json:"max_uses,omitempty" minimum:"0" maximum:"1000000" doc:"0: no limit"`
		Overrides []string `json:"overrides,omitempty" maxItems:"4" enum:"name,group,tag,comments" doc:"Absent: all"`
	}
}

func (s *Server) createInstaller(ctx context.Context, in *createInstallerRequest) (*answer[NewInstaller], error) {
	request, err := in.request(ctx)
	if err != nil {
		return nil, err
	}
	group, err := s.Keys.ResolveGroup(ctx, request.Group)
	if err != nil {
		return nil, err
	}
	if !callerOf(ctx).user.Sees(group.Code) {
		return nil, message.Refused(wire.CodeNoGroup)
	}
	made, err := s.Keys.Create(ctx, request)
	if errors.Is(err, deploy.ErrRequest) {
		return nil, invalid(ctx, "body", err)
	}
	if err != nil {
		return nil, err
	}
	if err := s.record(ctx, audit.ActionInstallerCreate, made.Key.UID, "group "+made.Key.Group); err != nil {
		return nil, err
	}
	return &answer[NewInstaller]{NewInstaller{installerOf(made.Key), made.Info, commands(made.Info)}}, nil
}

func (in *createInstallerRequest) request(ctx context.Context) (deploy.Request, error) {
	b := &in.Body
	r := deploy.Request{Platform: b.Platform, Name: b.Name, Group: b.Group, Tag: b.Tag, Comments: b.Comments,
		MaxUses: b.MaxUses, Overrides: b.Overrides, CreatedBy: callerOf(ctx).user.Name}
	if b.ValidFor == "" {
		return r, nil
	}
	var err error
	if r.ValidFor, err = time.ParseDuration(b.ValidFor); err != nil {
		return r, invalid(ctx, "body.valid_for", err)
	}
	return r, nil
}

// commands returns what to run on a computer that has the client program.
func commands(keyInfo string) map[string]string {
	return map[string]string{"run": "jumpclient run --dir jump-data --key-info " + keyInfo}
}

// InstallerList is all deployment keys that the caller may see.
type InstallerList struct {
	Items []Installer `json:"items"`
}

func (s *Server) listInstallers(ctx context.Context, _ *none) (*answer[InstallerList], error) {
	keys, err := s.Keys.List(ctx)
	if err != nil {
		return nil, err
	}
	list := InstallerList{Items: []Installer{}}
	for _, k := range keys {
		if mine(callerOf(ctx).user, k) {
			list.Items = append(list.Items, installerOf(k))
		}
	}
	return &answer[InstallerList]{list}, nil
}

// mine reports whether u may see and revoke a key: the own ones, and
// administrators all.
func mine(u auth.User, k store.Key) bool { return u.Admin() || k.CreatedBy == u.Name }

type installerRequest struct {
	UID string `path:"uid" maxLength:"64"`
}

func (s *Server) revokeInstaller(ctx context.Context, in *installerRequest) (*none, error) {
	keys, err := s.Keys.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		if k.UID == in.UID && mine(callerOf(ctx).user, k) {
			if err := s.record(ctx, audit.ActionInstallerRevoke, k.UID, ""); err != nil {
				return nil, err
			}
			return &none{}, s.Keys.Revoke(ctx, k.UID)
		}
	}
	return nil, store.ErrNotFound
}
