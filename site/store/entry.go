package store

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"jump/transport/wire"
)

// Field is one of the fields that a search looks into (requirement E5).
type Field uint8

// The fields. Name includes the hostname, which is the name of a client that
// was given none.
const (
	FieldName Field = iota
	FieldComments
	FieldConsoleUser
	FieldDomain
	FieldGroup
	FieldMethod
	FieldLastAccessed // as 2006-01-02 15:04, UTC
	FieldPrivateIP
	FieldPublicIP
	FieldStatus
	FieldTag
	FieldWorkgroup
	fieldCount
)

var fieldNames = [fieldCount]string{"name", "comments", "console_user", "domain", "group", "method",
	"last_accessed", "private_ip", "public_ip", "status", "tag", "workgroup"}

// String returns the field's name as the API spells it.
func (f Field) String() string {
	if f < fieldCount {
		return fieldNames[f]
	}
	return fmt.Sprintf("field-%d", uint8(f))
}

// ParseField reads what String wrote.
func ParseField(s string) (Field, error) {
	if i := slices.Index(fieldNames[:], s); i >= 0 {
		return Field(i), nil
	}
	return 0, fmt.Errorf("%.64q is not a field to search in", s)
}

// method is what a search over Jump Method compares with.
const method = "jump client"

// entry is what lists need to know of a client: 100,000 of them are searched
// in memory faster than SQLite can look at as many rows.
type entry struct {
	id       wire.ID
	group    string // code
	tag      string
	hostname string
	system   string
	state    State
	seen     int64 // for sorting: an online client is seen now, so the largest number
	accessed int64
	created  int64
	removed  bool

	// text is all fields, folded, each ended by a zero byte; ends are the
	// places of these.
	text string
	ends [fieldCount]uint16
}

func newEntry(c *Client) *entry {
	e := &entry{
		id: c.ID, group: c.Group, tag: c.Tag, hostname: fold(c.Facts.Hostname), system: fold(c.Facts.SystemName),
		state: c.State(), seen: toMillis(c.LastSeenAt), accessed: toMillis(c.LastAccessedAt),
		created: toMillis(c.CreatedAt), removed: !c.RemovedAt.IsZero(),
	}
	if c.Online {
		e.seen = math.MaxInt64
	}
	var b strings.Builder
	for f, value := range searchTexts(c) {
		b.WriteString(fold(value))
		e.ends[f] = uint16(b.Len())
		b.WriteByte(0)
	}
	e.text = b.String()
	return e
}

func searchTexts(c *Client) [fieldCount]string {
	name := c.Name
	if c.GivenName != "" {
		name += "\n" + c.Facts.Hostname
	}
	accessed := ""
	if !c.LastAccessedAt.IsZero() {
		accessed = c.LastAccessedAt.UTC().Format("2006-01-02 15:04")
	}
	return [fieldCount]string{name, c.Comments, c.Facts.ConsoleUser, c.Facts.Domain, c.GroupName, method,
		accessed, c.Facts.PrivateIP, c.PublicIP, string(c.State()), c.Tag, c.Facts.Workgroup}
}

// listedAlike reports whether lists show, find and sort both in the same way.
func listedAlike(a, b *Client) bool { return *newEntry(a) == *newEntry(b) }

func (e *entry) field(f Field) string {
	if f == 0 {
		return e.text[:e.ends[0]]
	}
	return e.text[e.ends[f-1]+1 : e.ends[f]]
}

// contains reports whether the folded needle is in one of the fields, or in
// any field if there are none.
func (e *entry) contains(needle string, fields []Field) bool {
	if !strings.Contains(e.text, needle) {
		return false
	}
	for _, f := range fields {
		if f < fieldCount && strings.Contains(e.field(f), needle) {
			return true
		}
	}
	return len(fields) == 0
}

// Sort is an order of clients. Within it, they are by name.
type Sort string

// The orders.
const (
	SortName         Sort = "name"
	SortHostname     Sort = "hostname"
	SortStatus       Sort = "status" // quarantined, online, passive, disabled, offline, uninstalled
	SortGroup        Sort = "group"
	SortTag          Sort = "tag"
	SortComments     Sort = "comments"
	SortSystem       Sort = "system"
	SortConsoleUser  Sort = "console_user"
	SortPrivateIP    Sort = "private_ip"
	SortPublicIP     Sort = "public_ip"
	SortLastSeen     Sort = "last_seen" // who is online is seen now
	SortLastAccessed Sort = "last_accessed"
	SortCreated      Sort = "created"
)

// Sorts returns all orders.
func Sorts() []Sort {
	return []Sort{SortName, SortHostname, SortStatus, SortGroup, SortTag, SortComments, SortSystem,
		SortConsoleUser, SortPrivateIP, SortPublicIP, SortLastSeen, SortLastAccessed, SortCreated}
}

var stateOrder = []State{StateQuarantined, StateOnline, StatePassive, StateDisabled, StateOffline, StateUninstalled}

// place is where a client stands in an order. No two stand at the same one. Of
// text and name the first maxPlace bytes count, which bounds cursors.
type place struct {
	number int64
	text   string
	name   string
	id     wire.ID
}

func (e *entry) place(by Sort) place {
	p := place{name: e.field(FieldName), id: e.id}
	switch by {
	case SortHostname:
		p.text = e.hostname
	case SortStatus:
		p.number = int64(slices.Index(stateOrder, e.state))
	case SortGroup:
		p.text = e.field(FieldGroup)
	case SortTag:
		p.text = e.field(FieldTag)
	case SortComments:
		p.text = e.field(FieldComments)
	case SortSystem:
		p.text = e.system
	case SortConsoleUser:
		p.text = e.field(FieldConsoleUser)
	case SortPrivateIP:
		p.text = e.field(FieldPrivateIP)
	case SortPublicIP:
		p.text = e.field(FieldPublicIP)
	case SortLastSeen:
		p.number = e.seen
	case SortLastAccessed:
		p.number = e.accessed
	case SortCreated:
		p.number = e.created
	}
	p.text, p.name = p.text[:min(len(p.text), maxPlace)], p.name[:min(len(p.name), maxPlace)]
	return p
}

const maxPlace = 256

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.number, q.number), strings.Compare(p.text, q.text), strings.Compare(p.name, q.name),
		slices.Compare(p.id[:], q.id[:]))
}

// Counts are numbers of clients (requirement E9).
type Counts struct {
	Total, Online, Offline, Passive, Disabled, Uninstalled int
}

func (n *Counts) add(s State) {
	n.Total++
	switch s {
	case StateOnline:
		n.Online++
	case StatePassive:
		n.Passive++
	case StateDisabled:
		n.Disabled++
	case StateUninstalled:
		n.Uninstalled++
	default:
		n.Offline++
	}
}
