package api

import (
	"context"
	"errors"
	"strings"
	"time"

	"jump/site/audit"
	"jump/site/auth"
	"jump/site/clients"
	"jump/site/message"
	"jump/site/store"
	"jump/transport/wire"
)

// Client is a Jump Client. What it reports about itself is a claim of that
// computer: text to be shown, never markup.
type Client struct {
	ID             string      `json:"id"`
	Name           string      `json:"name"`
	Hostname       string      `json:"hostname"`
	Group          GroupName   `json:"group"`
	Tag            string      `json:"tag"`
	Comments       string      `json:"comments"`
	Status         store.State `json:"status" enum:"online,offline,passive,disabled,uninstalled,quarantined"`
	Method         string      `json:"method" enum:"jump_client"`
	Passive        bool        `json:"passive" doc:"It keeps no connection: it checks in, and the site connects to it when somebody jumps"`
	CanListen      bool        `json:"can_listen" doc:"It can be made passive"`
	Connected      bool        `json:"connected" doc:"It has a tunnel at this moment, which a passive one mostly has not"`
	Mode           string      `json:"mode" enum:"user,service"`
	System         string      `json:"system"`
	SystemName     string      `json:"system_name"`
	Arch           string      `json:"arch"`
	Version        string      `json:"version"`
	ConsoleUser    string      `json:"console_user"`
	IdleSeconds    int64       `json:"idle_seconds" doc:"Since the last input; -1: unknown"`
	Domain         string      `json:"domain"`
	Workgroup      string      `json:"workgroup"`
	PrivateIP      string      `json:"private_ip"`
	PublicIP       string      `json:"public_ip"`
	UptimeSeconds  int64       `json:"uptime_seconds"`
	CPUPercent     float64     `json:"cpu_percent"`
	MemoryTotal    uint64      `json:"memory_total" doc:"Bytes"`
	MemoryUsed     uint64      `json:"memory_used" doc:"Bytes"`
	DiskTotal      uint64      `json:"disk_total" doc:"Bytes"`
	DiskUsed       uint64      `json:"disk_used" doc:"Bytes"`
	Channels       []string    `json:"channels" doc:"What can be opened in a session now: screen, shell, exec, files"`
	CreatedAt      time.Time   `json:"created_at"`
	ConnectedAt    *time.Time  `json:"connected_at,omitempty"`
	LastSeenAt     time.Time   `json:"last_seen_at"`
	LastAccessedAt *time.Time  `json:"last_accessed_at,omitempty"`
	Sessions       int         `json:"sessions" doc:"Open now"`
	Disabled       bool        `json:"disabled" doc:"By its user, when it was last online"`
	OfflineSince   *time.Time  `json:"offline_since,omitempty" doc:"Absent while it is online or, if it is passive, checks in"`
	UninstalledAt  *time.Time  `json:"uninstalled_at,omitempty" doc:"When it was uninstalled on its computer"`
	RemovalDueAt   *time.Time  `json:"removal_due_at,omitempty" doc:"When it is removed if it does not come back"`
	QuarantinedAt  *time.Time  `json:"quarantined_at,omitempty" doc:"Since when several computers show its key and no session can start, until an administrator answers the alarm"`
	Copies         []Copy      `json:"copies,omitempty" doc:"The computers that show its key, while it is quarantined"`
}

// GroupName is a Jump Group as far as a Jump Client shows it.
type GroupName struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Counts are the numbers in the footer (requirement E9).
type Counts struct {
	Total   int `json:"total"`
	Online  int `json:"online"`
	Offline int `json:"offline" doc:"Disabled and uninstalled ones included"`
	Passive int `json:"passive" doc:"That can be called"`
}

func countsOf(c store.Counts) Counts {
	return Counts{Total: c.Total, Online: c.Online, Offline: c.Total - c.Online - c.Passive, Passive: c.Passive}
}

// clientOf returns a client as the API shows it.
func (s *Server) clientOf(c *clients.Client) Client {
	f := &c.Facts
	return Client{
		ID: c.ID.String(), Name: c.Name, Hostname: f.Hostname, Group: GroupName{c.Group, c.GroupName},
		Tag: c.Tag, Comments: c.Comments, Status: c.State(), Method: "jump_client", Mode: modeOf(f.Mode),
		Passive: c.Passive, CanListen: c.Reach.Allowed, Connected: c.Online,
		System: f.System, SystemName: f.SystemName, Arch: f.Arch, Version: c.Version,
		ConsoleUser: f.ConsoleUser, IdleSeconds: f.IdleSeconds, Domain: f.Domain, Workgroup: f.Workgroup,
		PrivateIP: f.PrivateIP, PublicIP: c.PublicIP, UptimeSeconds: f.Uptime, CPUPercent: float64(f.CPUPermille) / 10,
		MemoryTotal: f.MemoryTotal, MemoryUsed: f.MemoryUsed, DiskTotal: f.DiskTotal, DiskUsed: f.DiskUsed,
		Channels: channelNames(c.Channels()), CreatedAt: c.CreatedAt, ConnectedAt: optional(c.ConnectedAt),
		LastSeenAt: c.LastSeenAt, LastAccessedAt: optional(c.LastAccessedAt), Sessions: c.Sessions,
		Disabled: f.Disabled, OfflineSince: offlineSince(c), UninstalledAt: optional(c.UninstalledAt), RemovalDueAt: s.removalDueAt(c),
		QuarantinedAt: optional(c.QuarantinedAt), Copies: copiesOf(c),
	}
}

func offlineSince(c *clients.Client) *time.Time {
	if c.Online || c.Passive && !c.Absent {
		return nil
	}
	return optional(c.LastSeenAt)
}

// removalDueAt is nil for a client that nobody waits for: it is there, or it was
// uninstalled.
func (s *Server) removalDueAt(c *clients.Client) *time.Time {
	if c.State() != store.StateOffline {
		return nil
	}
	if at, due := s.Retention.Policy().DueAt(c.LastSeenAt); due {
		return &at
	}
	return nil
}

func modeOf(m wire.Mode) string {
	if m == wire.ModeService {
		return "service"
	}
	return "user"
}

func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func channelNames(kinds []wire.Kind) []string {
	names := []string{}
	for _, k := range kinds {
		names = append(names, k.String())
	}
	return names
}

type listClientsRequest struct {
	Search string      `query:"search" maxLength:"200" doc:"In any case, anywhere in a field"`
	Fields string      `query:"fields" maxLength:"300" doc:"Names of fields to search in, separated by commas; all if empty"`
	Group  string      `query:"group" maxLength:"160" doc:"Code of a Jump Group"`
	Tag    string      `query:"tag" maxLength:"64"`
	Status store.State `query:"status" enum:"online,offline,passive,disabled,uninstalled,quarantined"`
	Sort   store.Sort  `query:"sort" enum:"name,hostname,status,group,tag,comments,system,console_user,private_ip,public_ip,last_seen,last_accessed,created"`
	Order  string      `query:"order" enum:"asc,desc"`
	Limit  int         `query:"limit" default:"200" minimum:"1" maximum:"1000"`
	Cursor string      `query:"cursor" maxLength:"4096" doc:"next of the page before"`
}

func (in *listClientsRequest) query() (store.Query, error) {
	q := store.Query{Search: in.Search, Group: in.Group, Tag: in.Tag, State: in.Status,
		Sort: in.Sort, Descending: in.Order == "desc", Limit: in.Limit, Cursor: in.Cursor}
	for name := range strings.SplitSeq(in.Fields, ",") {
		if name == "" {
			continue
		}
		f, err := store.ParseField(name)
		if err != nil {
			return q, err
		}
		q.Fields = append(q.Fields, f)
	}
	return q, nil
}

// ClientPage is a part of the list of Jump Clients.
type ClientPage struct {
	Items  []Client `json:"items"`
	Next   string   `json:"next,omitempty" doc:"cursor for the next page; absent on the last one"`
	Counts Counts   `json:"counts" doc:"Of all that match everything but status and page"`
}

func (s *Server) listClients(ctx context.Context, in *listClientsRequest) (*answer[ClientPage], error) {
	q, err := in.query()
	if err != nil {
		return nil, invalid(ctx, "query.fields", err)
	}
	if q.Groups, err = s.visible(ctx, callerOf(ctx).user); err != nil {
		return nil, err
	}
	page, err := s.Clients.List(ctx, q)
	if errors.Is(err, store.ErrQuery) {
		return nil, invalid(ctx, "query", err)
	}
	if err != nil {
		return nil, err
	}
	out := ClientPage{Items: make([]Client, len(page.Clients)), Next: page.Next, Counts: countsOf(page.Counts)}
	for i := range page.Clients {
		out.Items[i] = s.clientOf(&page.Clients[i])
	}
	return &answer[ClientPage]{out}, nil
}

// invalid is the problem of a value that huma could not check.
func invalid(ctx context.Context, where string, err error) *Problem {
	p := problem(message.CodeInvalid, callerOf(ctx).language)
	p.Errors = []*Fault{{Location: where, Message: err.Error()}}
	return p
}

// visible returns the codes of the Jump Groups that u sees; nil means all.
func (s *Server) visible(ctx context.Context, u auth.User) ([]string, error) {
	if u.Admin() {
		return nil, nil
	}
	groups, err := s.Groups.Groups(ctx)
	codes := []string{}
	for _, g := range groups {
		if u.Sees(g.Code) {
			codes = append(codes, g.Code)
		}
	}
	return codes, err
}

type clientRequest struct {
	ID string `path:"id" maxLength:"64"`
}

// find returns a Jump Client that the caller sees, or M7.
func (s *Server) find(ctx context.Context, text string) (clients.Client, error) {
	id, err := wire.ParseID(text)
	if err != nil {
		return clients.Client{}, message.Refused(wire.CodeClientGone)
	}
	c, err := s.Clients.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && !callerOf(ctx).user.Sees(c.Group) {
		return clients.Client{}, message.Refused(wire.CodeClientGone)
	}
	return c, err
}

func (s *Server) getClient(ctx context.Context, in *clientRequest) (*answer[Client], error) {
	c, err := s.find(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &answer[Client]{s.clientOf(&c)}, nil
}

type changeClientRequest struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Name     *string `json:"name,omitempty" maxLength:"128" doc:"Empty: it goes by its hostname"`
		Group    *string `json:"group,omitempty" maxLength:"160" doc:"Code of a Jump Group"`
		Tag      *string `json:"tag,omitempty" maxLength:"64"`
		Comments *string `json:"comments,omitempty" maxLength:"1024"`
		Passive  *bool   `json:"passive,omitempty" doc:"Keep no connection, but listen and check in (M10 if it is to be active and there is no room)"`
	}
}

func (s *Server) changeClient(ctx context.Context, in *changeClientRequest) (*answer[Client], error) {
	c, err := s.find(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	change := store.Change{Name: in.Body.Name, Tag: in.Body.Tag, Comments: in.Body.Comments, Passive: in.Body.Passive}
	if in.Body.Group != nil {
		if change.Group, err = s.destination(ctx, *in.Body.Group); err != nil {
			return nil, err
		}
	}
	after, err := s.Clients.Update(ctx, c.ID, change)
	switch {
	case errors.Is(err, store.ErrNoGroup):
		return nil, message.Refused(wire.CodeNoGroup)
	case errors.Is(err, store.ErrActiveLimit):
		return nil, message.Refused(wire.CodeMoreActive)
	case errors.Is(err, store.ErrNoListening):
		return nil, message.Refused(wire.CodeNoListening)
	case errors.Is(err, store.ErrNoPassive):
		return nil, message.Refused(wire.CodeUnsupported)
	case errors.Is(err, store.ErrNotFound):
		return nil, message.Refused(wire.CodeClientGone)
	case err != nil:
		return nil, err
	}
	if err := s.record(ctx, audit.ActionClientChange, c.ID.String(), differences(&c, &after)); err != nil {
		return nil, err
	}
	return &answer[Client]{s.clientOf(&after)}, nil
}

// destination returns the code of a Jump Group that the caller sees, or
// no_group. The store reads codes in any spelling, so sight is decided by the
// one that it found.
func (s *Server) destination(ctx context.Context, code string) (*string, error) {
	g, err := s.Groups.Group(ctx, code)
	if errors.Is(err, store.ErrNotFound) || err == nil && !callerOf(ctx).user.Sees(g.Code) {
		return nil, message.Refused(wire.CodeNoGroup)
	}
	return &g.Code, err
}

// differences says what changed, for the audit entry.
func differences(a, b *clients.Client) string {
	var out []string
	for _, f := range []struct{ name, before, after string }{
		{"name", a.Name, b.Name}, {"group", a.Group, b.Group}, {"tag", a.Tag, b.Tag}, {"comments", a.Comments, b.Comments},
		{"type", typeOf(a), typeOf(b)},
	} {
		if f.before != f.after {
			out = append(out, f.name+": "+f.before+" → "+f.after)
		}
	}
	return strings.Join(out, "; ")
}

// typeOf says in a word which of the two kinds of Jump Clients it is
// (requirement G1).
func typeOf(c *clients.Client) string {
	if c.Passive {
		return "passive"
	}
	return "active"
}

func (s *Server) removeClient(ctx context.Context, in *clientRequest) (*none, error) {
	c, err := s.find(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.record(ctx, audit.ActionClientRemove, c.ID.String(), c.Name); err != nil {
		return nil, err
	}
	s.Sessions.EndClient(c.ID, wire.CodeClientGone)
	return &none{}, s.Clients.Remove(ctx, c.ID, "removed by "+callerOf(ctx).user.Name)
}

// record writes an audit entry about what the caller does.
func (s *Server) record(ctx context.Context, action audit.Action, object, details string) error {
	c := callerOf(ctx)
	return s.Audit.Record(ctx, audit.Entry{Actor: c.user.Name, Action: action, Object: object, From: c.address.String(), Details: details})
}
