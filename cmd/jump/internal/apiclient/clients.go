package apiclient

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Client is a Jump Client as the API describes it. Texts that come from the
// endpoint are its own claims. The names of the JSON fields are a contract
// with scripts.
type Client struct {
	ID            string     `json:"id"`
	Name          string     `json:"name"`
	Hostname      string     `json:"hostname"`
	Group         Group      `json:"group"`
	Tag           string     `json:"tag"`
	Comments      string     `json:"comments"`
	Status        string     `json:"status"` // online, offline, passive, disabled, uninstalled, quarantined
	Method        string     `json:"method"` // jump_client
	Passive       bool       `json:"passive"`
	CanListen     bool       `json:"can_listen"` // it can be made passive
	Connected     bool       `json:"connected"`  // now; a passive one mostly is not
	Mode          string     `json:"mode"`       // user, service
	System        string     `json:"system"`
	SystemName    string     `json:"system_name"`
	Arch          string     `json:"arch"`
	Version       string     `json:"version"`
	ConsoleUser   string     `json:"console_user"`
	IdleSeconds   int64      `json:"idle_seconds"` // -1: unknown
	Domain        string     `json:"domain"`
	Workgroup     string     `json:"workgroup"`
	PrivateIP     string     `json:"private_ip"`
	PublicIP      string     `json:"public_ip"`
	UptimeSeconds int64      `json:"uptime_seconds"`
	CPUPercent    float64    `json:"cpu_percent"`
	MemoryTotal   uint64     `json:"memory_total"` // bytes, as the next three
	MemoryUsed    uint64     `json:"memory_used"`
	DiskTotal     uint64     `json:"disk_total"`
	DiskUsed      uint64     `json:"disk_used"`
	Channels      []string   `json:"channels"` // screen, shell, exec, files
	CreatedAt     time.Time  `json:"created_at"`
	ConnectedAt   *time.Time `json:"connected_at,omitempty"`
	LastSeenAt    *time.Time `json:"last_seen_at,omitempty"`
	LastAccessed  *time.Time `json:"last_accessed_at,omitempty"`
	Sessions      int        `json:"sessions"` // open now
	Disabled      bool       `json:"disabled"` // by its user, when it was last online
	OfflineSince  *time.Time `json:"offline_since,omitempty"`
	UninstalledAt *time.Time `json:"uninstalled_at,omitempty"`
	RemovalDueAt  *time.Time `json:"removal_due_at,omitempty"` // if it does not come back
	QuarantinedAt *time.Time `json:"quarantined_at,omitempty"` // since when several computers show its key
	Copies        []Copy     `json:"copies,omitempty"`         // these, until an administrator has answered
}

// Group is a Jump Group.
type Group struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Filter chooses clients. Empty fields choose all.
type Filter struct {
	Search string // text that occurs somewhere
	Fields string // in which fields, separated by commas; empty: in all
	Group  string // code of a Jump Group
	Tag    string
	Status string // online, offline, disabled, uninstalled
}

func (f Filter) query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"search": f.Search, "fields": f.Fields, "group": f.Group, "tag": f.Tag, "status": f.Status} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

const pageSize = 1000 // clients; the most a site gives at once

// Clients returns all that the filter chooses, page by page, until the end or
// an error.
func (s *Site) Clients(ctx context.Context, f Filter) iter.Seq2[Client, error] {
	return func(yield func(Client, error) bool) {
		q := f.query()
		q.Set("limit", strconv.Itoa(pageSize))
		for {
			var page struct {
				Items []Client `json:"items"`
				Next  string   `json:"next"`
			}
			if err := s.get(ctx, "clients", q, &page); err != nil {
				yield(Client{}, err)
				return
			}
			for _, c := range page.Items {
				if !yield(c, nil) {
					return
				}
			}
			if page.Next == "" {
				return
			}
			q.Set("cursor", page.Next)
		}
	}
}

// Client returns one client by its whole id.
func (s *Site) Client(ctx context.Context, id string) (Client, error) {
	var c Client
	err := s.get(ctx, "clients/"+url.PathEscape(id), nil, &c)
	return c, err
}

// Change holds the fields of a client to set; nil leaves one as it is.
type Change struct {
	Name     *string `json:"name,omitempty"`
	Group    *string `json:"group,omitempty"`
	Tag      *string `json:"tag,omitempty"`
	Comments *string `json:"comments,omitempty"`
	Passive  *bool   `json:"passive,omitempty"` // keep no connection, but listen and check in
}

// SetClient changes a client and returns it as it is then.
func (s *Site) SetClient(ctx context.Context, id string, change Change) (Client, error) {
	var c Client
	err := s.call(ctx, http.MethodPatch, "clients/"+url.PathEscape(id), nil, change, &c)
	return c, err
}

// Examination is what a client has found out about itself and its ways to the
// site. The texts are its own claims.
type Examination struct {
	Healthy  bool      `json:"healthy"`
	Findings []Finding `json:"findings"`
}

// Finding is one thing that it has looked at.
type Finding struct {
	Check string `json:"check"`
	Level string `json:"level"` // ok, note, wrong
	Text  string `json:"text"`
	Hint  string `json:"hint,omitempty"`
}

// ExamineClient has a client look at itself, which takes up to half a minute.
func (s *Site) ExamineClient(ctx context.Context, id string) (Examination, error) {
	var e Examination
	err := s.call(ctx, http.MethodPost, "clients/"+url.PathEscape(id)+"/examination", nil, nil, &e)
	return e, err
}

// RemoveClient ends the access to a client for good (requirement C8).
func (s *Site) RemoveClient(ctx context.Context, id string) error {
	return s.call(ctx, http.MethodDelete, "clients/"+url.PathEscape(id), nil, nil, nil)
}
