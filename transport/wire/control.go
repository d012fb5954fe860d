package wire

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// Limits on the texts of a client, in characters (requirement D1, design
// section 9). MaxFact bounds every other text that an endpoint reports.
const (
	MaxName     = 128
	MaxTag      = 64
	MaxComments = 1024
	MaxGroup    = 160
	MaxFact     = 256
	MaxText     = 4096 // bytes of one TypeText message
	MaxSentence = 1024 // what is said to people: why not, what happened, what to do

	maxCode = 64
	maxMAC  = 64 // bytes
)

// Hello is the agent's first message. Its identity is not in it: the site has
// it from the handshake, as the hash of the key that the agent proved to own.
type Hello struct {
	Protocol     int        `cbor:"1,keyasint"`           // the sender's Version
	Version      string     `cbor:"2,keyasint"`           // of the product, "1.2.3"
	Enrolment    *Enrolment `cbor:"3,keyasint,omitempty"` // until the first Welcome
	Capabilities []Kind     `cbor:"4,keyasint"`           // the conversations it can hold
	Status       Status     `cbor:"5,keyasint"`
	Join         *Join      `cbor:"6,keyasint,omitempty"` // the last that is on the disk for certain
	Renewal      *Renewal   `cbor:"7,keyasint,omitempty"` // in place of Enrolment, until the first Welcome
	Reach        *Reach     `cbor:"8,keyasint,omitempty"` // how the site can call it
}

// Validate checks the bounds.
func (h *Hello) Validate() error {
	if h.Protocol < 1 {
		return fmt.Errorf("protocol %d", h.Protocol)
	}
	if len(h.Capabilities) > 32 {
		return errors.New("more than 32 capabilities")
	}
	if h.Enrolment != nil {
		if err := h.Enrolment.Validate(); err != nil {
			return err
		}
	}
	if h.Renewal != nil {
		if err := h.Renewal.Validate(); err != nil {
			return err
		}
	}
	return errors.Join(h.Join.validate(), h.Reach.Validate(), within("version", h.Version, MaxFact), h.Status.Validate())
}

// Enrolment proves the right to join a site. Signature is by the deployment
// key, over [EnrolmentText]; the key's secret never crosses the wire.
type Enrolment struct {
	KeyID     []byte `cbor:"1,keyasint"` // 8 bytes
	Signature []byte `cbor:"2,keyasint"` // Ed25519, 64 bytes
	Wishes    Wishes `cbor:"3,keyasint"`
}

// Validate checks the bounds.
func (e *Enrolment) Validate() error {
	if len(e.KeyID) != 8 || len(e.Signature) != ed25519.SignatureSize {
		return errors.New("enrolment: key id or signature has a wrong length")
	}
	return e.Wishes.Validate()
}

// Wishes are the parameters that were given at install time (requirements B4,
// B6 to B8). Empty means: as the deployment key says.
type Wishes struct {
	Name     string `cbor:"1,keyasint,omitempty"` // at most MaxName characters
	Group    string `cbor:"2,keyasint,omitempty"` // user:<name>, jumpgroup:<code> or a name
	Tag      string `cbor:"3,keyasint,omitempty"`
	Comments string `cbor:"4,keyasint,omitempty"`
}

// Validate checks the bounds.
func (w *Wishes) Validate() error {
	return errors.Join(
		within("name", w.Name, MaxName), within("jump group", w.Group, MaxGroup),
		within("tag", w.Tag, MaxTag), within("comments", w.Comments, MaxComments))
}

// EnrolmentText returns what an enrolment signs: it binds the deployment key,
// the agent's own key and this very TLS connection (binding is the exporter
// value of [BindingLabel]), so a signature is worth nothing anywhere else.
//
//	"jump enrolment 1" 0x00 | key id (8) | agent id (32) | binding (32)
func EnrolmentText(keyID []byte, agent ID, binding []byte) []byte {
	b := append([]byte("jump enrolment 1\x00"), keyID...)
	b = append(b, agent[:]...)
	return append(b, binding...)
}

// Join is the counter (docs/PROTOCOL.md section 1) that a site hands out with every
// connection and gets back with the next, to recognise a copied disk. MAC is
// the site's own, opaque to the agent.
type Join struct {
	Counter uint64 `cbor:"1,keyasint"`
	MAC     []byte `cbor:"2,keyasint"` // at most 64 bytes
}

// validate checks the bounds; none is none too many.
func (j *Join) validate() error {
	if j != nil && len(j.MAC) > maxMAC {
		return errors.New("join state too long")
	}
	return nil
}

// Welcome is the site's answer to a Hello that it accepts.
type Welcome struct {
	Protocol int      `cbor:"1,keyasint"` // the version both will speak
	Version  string   `cbor:"2,keyasint"` // of the site
	Name     string   `cbor:"3,keyasint"` // the client's name on the site
	Settings Settings `cbor:"4,keyasint"`
	Join     *Join    `cbor:"5,keyasint,omitempty"` // to be kept on disk
}

// Validate checks the bounds.
func (w *Welcome) Validate() error {
	if w.Protocol < 1 || w.Protocol > Version {
		return fmt.Errorf("site chose protocol %d", w.Protocol)
	}
	return errors.Join(w.Join.validate(), within("version", w.Version, MaxFact), within("name", w.Name, MaxName))
}

// Settings are the site's wishes for this agent. Zero means: the default.
type Settings struct {
	StatusEvery     uint32 `cbor:"1,keyasint,omitempty"` // seconds between two Status; default 60
	ReconnectSpread uint32 `cbor:"2,keyasint,omitempty"` // seconds over which to spread a reconnect; default 30
	OfflineLimit    uint32 `cbor:"3,keyasint,omitempty"` // days offline before removal (E11); default 180
	OfflineNever    bool   `cbor:"4,keyasint,omitempty"` // never remove
	Passive         bool   `cbor:"5,keyasint,omitempty"` // listen, and keep no tunnel (G1)
	CheckInEvery    uint32 `cbor:"6,keyasint,omitempty"` // seconds between two check-ins of a passive agent; default 900
}

// StatusInterval returns StatusEvery as a duration between 5 s and 1 h.
func (s Settings) StatusInterval() time.Duration {
	if s.StatusEvery == 0 {
		return time.Minute
	}
	return time.Duration(min(max(s.StatusEvery, 5), 3600)) * time.Second
}

// Spread returns ReconnectSpread as a duration of at most 1 h.
func (s Settings) Spread() time.Duration {
	if s.ReconnectSpread == 0 {
		return 30 * time.Second
	}
	return time.Duration(min(s.ReconnectSpread, 3600)) * time.Second
}

// Bounds of OfflineLimit, in days (requirement E11).
const (
	DefaultOfflineDays = 180
	MinOfflineDays     = 15
	MaxOfflineDays     = 36500
)

// OfflineAfter returns OfflineLimit as a duration of at least MinOfflineDays,
// and whether there is a limit at all.
func (s Settings) OfflineAfter() (time.Duration, bool) {
	days := max(s.OfflineLimit, MinOfflineDays)
	if s.OfflineLimit == 0 {
		days = DefaultOfflineDays
	}
	return time.Duration(min(days, MaxOfflineDays)) * 24 * time.Hour, !s.OfflineNever
}

// Refused says no, in place of a Welcome or an Opened. It is shown to people.
type Refused struct {
	Code       Code   `cbor:"1,keyasint"`
	Text       string `cbor:"2,keyasint"` // one English sentence
	Hint       string `cbor:"3,keyasint,omitempty"`
	RetryAfter uint32 `cbor:"4,keyasint,omitempty"` // seconds; 0: as usual
	Final      bool   `cbor:"5,keyasint,omitempty"` // trying again cannot help
	// Permit comes with CodeCopied only.
	Permit *Permit `cbor:"6,keyasint,omitempty" json:",omitempty"`
}

// Validate checks the bounds.
func (r *Refused) Validate() error {
	return errors.Join(r.Permit.validate(), within("code", string(r.Code), maxCode), within("text", r.Text, MaxSentence), within("hint", r.Hint, MaxSentence))
}

// Error makes a Refused usable as an error.
func (r *Refused) Error() string {
	if r.Hint == "" {
		return r.Text
	}
	return r.Text + " " + r.Hint
}

// Removed tells an agent that it was removed from its site.
type Removed struct {
	Reason string `cbor:"1,keyasint,omitempty"` // one English sentence
}

// Validate checks the bounds.
func (r *Removed) Validate() error { return within("reason", r.Reason, MaxSentence) }

// Goodbye announces an orderly end.
type Goodbye struct {
	Code       Code   `cbor:"1,keyasint"`
	RetryAfter uint32 `cbor:"2,keyasint,omitempty"` // seconds after which to come back
}

// Validate checks the bounds.
func (g *Goodbye) Validate() error { return within("code", string(g.Code), maxCode) }

// Status is what an endpoint says about itself. Everything in it is a claim of
// that machine: bounded, shown as text, and never the basis of a decision about
// rights.
type Status struct {
	Hostname    string `cbor:"1,keyasint,omitempty"`
	System      string `cbor:"2,keyasint,omitempty"` // "linux", "windows", "darwin"
	SystemName  string `cbor:"3,keyasint,omitempty"` // "Debian GNU/Linux 12 (bookworm)"
	Arch        string `cbor:"4,keyasint,omitempty"` // "amd64", "arm64"
	ConsoleUser string `cbor:"5,keyasint,omitempty"` // empty: nobody is logged in
	IdleSeconds int64  `cbor:"6,keyasint,omitempty"` // since the last input; -1: unknown
	Domain      string `cbor:"7,keyasint,omitempty"`
	Workgroup   string `cbor:"8,keyasint,omitempty"`
	PrivateIP   string `cbor:"9,keyasint,omitempty"`
	Uptime      int64  `cbor:"10,keyasint,omitempty"` // seconds since boot
	CPUPermille int    `cbor:"11,keyasint,omitempty"` // load of all processors, 0 to 1000
	MemoryTotal uint64 `cbor:"12,keyasint,omitempty"` // bytes
	MemoryUsed  uint64 `cbor:"13,keyasint,omitempty"` // bytes
	DiskTotal   uint64 `cbor:"14,keyasint,omitempty"` // bytes, of the system disk
	DiskUsed    uint64 `cbor:"15,keyasint,omitempty"` // bytes
	Mode        Mode   `cbor:"16,keyasint,omitempty"`
	Disabled    bool   `cbor:"17,keyasint,omitempty"` // by its user (requirement A7)
	Screen      bool   `cbor:"18,keyasint,omitempty"` // there is a display to show now
}

// Validate checks the bounds and that every text is plain UTF-8.
func (s *Status) Validate() error {
	for _, f := range []struct{ name, value string }{
		{"hostname", s.Hostname}, {"system", s.System}, {"system name", s.SystemName},
		{"architecture", s.Arch}, {"console user", s.ConsoleUser}, {"domain", s.Domain},
		{"workgroup", s.Workgroup}, {"private address", s.PrivateIP},
	} {
		if err := within(f.name, f.value, MaxFact); err != nil {
			return err
		}
	}
	if s.CPUPermille < 0 || s.CPUPermille > 1000 {
		return fmt.Errorf("load of %d permille", s.CPUPermille)
	}
	return nil
}

// Mode is how a client was installed (requirement A3).
type Mode uint8

// The modes. The zero value is the mode of a client that was not installed.
const (
	ModeUser    Mode = 0
	ModeService Mode = 1
)

func within(what, s string, limit int) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("%s is not valid UTF-8", what)
	}
	if n := utf8.RuneCountInString(s); n > limit {
		return fmt.Errorf("%s has %d characters, at most %d are allowed", what, n, limit)
	}
	return nil
}
