package api

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"jump/installer/stamp"
	"jump/site/audit"
	"jump/site/auth"
	"jump/site/commands"
	"jump/site/deploy"
	"jump/site/message"
	"jump/site/packages"
	"jump/site/store"
	"jump/transport/wire"
)

// Installer is a deployment key as everybody who may deploy sees it. The secret
// is not in it.
type Installer struct {
	UID       string     `json:"uid" doc:"Names the installer: bomgar-scc-<uid>"`
	Platform  string     `json:"platform"`
	Mode      string     `json:"mode" enum:",service,user" doc:"Empty: as the rights of whoever installs allow"`
	State     string     `json:"state" enum:"valid,expired,used_up,revoked" doc:"By the site's clock"`
	Name      string     `json:"name"`
	Group     string     `json:"group" doc:"Code of the Jump Group"`
	Tag       string     `json:"tag"`
	Comments  string     `json:"comments"`
	Overrides []string   `json:"overrides" doc:"What may be set at install time instead"`
	MaxUses   int        `json:"max_uses" doc:"0: no limit"`
	Passive   bool       `json:"passive" doc:"Jump Clients begin as passive ones"`
	Uses      int        `json:"uses"`
	CreatedBy string     `json:"created_by"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt time.Time  `json:"expires_at"`
	RevokedAt *time.Time `json:"revoked_at,omitempty"`
}

func (s *Server) installerOf(k store.Key) Installer {
	return Installer{UID: k.UID, Platform: k.Platform, Mode: k.Mode, State: s.keyState(k), Name: k.Name, Group: k.Group,
		Tag: k.Tag, Comments: k.Comments, Overrides: append([]string{}, k.Overrides...), MaxUses: k.MaxUses, Passive: k.Passive, Uses: k.Uses,
		CreatedBy: k.CreatedBy, CreatedAt: k.CreatedAt, ExpiresAt: k.ExpiresAt, RevokedAt: optional(k.RevokedAt)}
}

// keyState names why a key enrols nobody, or says that it does.
func (s *Server) keyState(k store.Key) string {
	var refused *wire.Refused
	if errors.As(s.Keys.Usable(k), &refused) {
		return strings.TrimPrefix(string(refused.Code), "key_")
	}
	return "valid"
}

// NewInstaller is a deployment key at the only moment at which its secret is
// known.
type NewInstaller struct {
	Installer
	KeyInfo  string    `json:"key_info" doc:"KEY_INFO: shown now and never again"`
	URL      string    `json:"url" doc:"The page to download from, with KEY_INFO behind the #"`
	FileName string    `json:"file_name,omitempty" doc:"Of the download for the platform"`
	Commands []Command `json:"commands" doc:"What to run, by way of installing"`
}

// Command is one way to install, to copy.
type Command struct {
	Platform string `json:"platform" doc:"Empty: wherever the client program is"`
	Title    string `json:"title" enum:"sh,curl,wget,powershell,cmd,msiexec,deb,rpm,ansible,jumpclient" doc:"What reads the command"`
	Command  string `json:"command"`
}

type createInstallerRequest struct {
	Body struct {
		Platform  string   `json:"platform,omitempty" maxLength:"32" doc:"An id of /platforms; empty: not decided"`
		Mode      string   `json:"mode,omitempty" enum:",service,user" doc:"Empty: as the rights of whoever installs allow"`
		Name      string   `json:"name,omitempty" maxLength:"128"`
		Group     string   `json:"group,omitempty" maxLength:"160" doc:"general, user:<name>, jumpgroup:<code> or a name; empty: general"`
		Tag       string   `json:"tag,omitempty" maxLength:"64"`
		Comments  string   `json:"comments,omitempty" maxLength:"1024"`
		ValidFor  string   `json:"valid_for,omitempty" maxLength:"16" example:"24h" doc:"10m to 8760h; empty: 24h"`
		MaxUses   int      `json:"max_uses,omitempty" minimum:"0" maximum:"1000000" doc:"0: no limit"`
		Passive   bool     `json:"passive,omitempty" doc:"Jump Clients begin as passive ones"`
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
	n, err := s.newInstaller(made)
	return &answer[NewInstaller]{n}, err
}

func (in *createInstallerRequest) request(ctx context.Context) (deploy.Request, error) {
	b := &in.Body
	r := deploy.Request{Platform: b.Platform, Mode: b.Mode, Name: b.Name, Group: b.Group, Tag: b.Tag, Comments: b.Comments,
		MaxUses: b.MaxUses, Passive: b.Passive, Overrides: b.Overrides, CreatedBy: callerOf(ctx).user.Name}
	if _, ok := packages.PlatformByID(b.Platform); !ok && b.Platform != "" {
		return r, invalid(ctx, "body.platform", errors.New("there is no such platform; GET /platforms lists them"))
	}
	var err error
	if b.ValidFor != "" {
		r.ValidFor, err = validity(ctx, b.ValidFor)
	}
	return r, err
}

func validity(ctx context.Context, s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, invalid(ctx, "body.valid_for", errors.New("it is not of the form 10m, 24h or 8760h"))
	}
	return d, nil
}

// newInstaller says all there is to say about a new key.
func (s *Server) newInstaller(made deploy.Created) (NewInstaller, error) {
	key, err := stamp.Parse(made.Info)
	if err != nil {
		return NewInstaller{}, err
	}
	label := stamp.Label{Key: key, Mode: made.Mode}
	n := NewInstaller{Installer: s.installerOf(made.Key), KeyInfo: made.Info, URL: s.link(made.UID, made.Info), Commands: []Command{}}
	if p, ok := packages.PlatformByID(made.Platform); ok {
		n.FileName = s.Packages.Offer(p).FileName(made.UID, label)
	}
	with := commands.Installer{URL: s.URL.String() + root + "/install/" + made.UID + "/", OwnAuthority: s.OwnAuthority,
		UID: made.UID, KeyInfo: made.Info, Label: label, Group: made.Group, Name: made.Name, Tag: made.Tag, Comments: made.Comments}
	for _, c := range commands.For(with, s.Packages.Offers()) {
		n.Commands = append(n.Commands, Command{c.Platform, string(c.Title), c.Text})
	}
	return n, nil
}

// link is the address of an installer's page. What is behind the # stays in the
// browser: it gets into no log.
func (s *Server) link(uid, keyInfo string) string {
	return s.URL.String() + "/install/" + uid + "#" + keyInfo
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
			list.Items = append(list.Items, s.installerOf(k))
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
	if err := s.checkMine(ctx, in.UID); err != nil {
		return nil, err
	}
	if err := s.record(ctx, audit.ActionInstallerRevoke, in.UID, ""); err != nil {
		return nil, err
	}
	return &none{}, s.Keys.Revoke(ctx, in.UID)
}

// checkMine returns store.ErrNotFound for a key that is not the caller's to
// change.
func (s *Server) checkMine(ctx context.Context, uid string) error {
	k, err := s.Keys.Find(ctx, uid)
	if err == nil && !mine(callerOf(ctx).user, k) {
		return store.ErrNotFound
	}
	return err
}

type extendInstallerRequest struct {
	UID  string `path:"uid" maxLength:"64"`
	Body struct {
		ValidFor string `json:"valid_for,omitempty" maxLength:"16" example:"24h" doc:"From now, 10m to 8760h; absent: as it is"`
		MaxUses  *int   `json:"max_uses,omitempty" minimum:"0" maximum:"1000000" doc:"In all, 0: no limit; absent: as it is"`
	}
}

// extendInstaller makes installers that people have good again, or good for
// longer (requirement B1).
func (s *Server) extendInstaller(ctx context.Context, in *extendInstallerRequest) (*answer[Installer], error) {
	if err := s.checkMine(ctx, in.UID); err != nil {
		return nil, err
	}
	e := deploy.Extension{MaxUses: in.Body.MaxUses}
	if in.Body.ValidFor != "" {
		d, err := validity(ctx, in.Body.ValidFor)
		if err != nil {
			return nil, err
		}
		e.ValidFor = &d
	}
	k, err := s.Keys.Extend(ctx, in.UID, e)
	if errors.Is(err, deploy.ErrRequest) {
		return nil, invalid(ctx, "body", err)
	}
	if err != nil {
		return nil, err
	}
	terms := fmt.Sprintf("until %s, uses %d", k.ExpiresAt.Format(time.RFC3339), k.MaxUses)
	return &answer[Installer]{s.installerOf(k)}, s.record(ctx, audit.ActionInstallerExtend, k.UID, terms)
}
