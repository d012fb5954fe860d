// Package doctor looks at an installed client, from the computer it is on, and
// says in plain words what keeps it from being reachable.
//
// It repairs nothing, it is not the client's own judgement (the agent tries
// again whatever this says), and nothing that it says is a secret.
package doctor

import (
	"context"
	"crypto/ed25519"
	"time"

	"jump/agent/config"
	"jump/installer/stamp"
	"jump/transport"
)

// Level says how good or bad a finding is.
type Level string

// The levels.
const (
	LevelOK    Level = "ok"
	LevelNote  Level = "note"  // worth knowing; the client works all the same
	LevelWrong Level = "wrong" // keeps the client from being reachable, or safe
)

// Finding is the result of one check.
type Finding struct {
	Check string `json:"check"`
	Level Level  `json:"level"`
	Text  string `json:"text"`           // one sentence
	Hint  string `json:"hint,omitempty"` // what to do about it
}

// Ways make dialers to the site of a key that prove an identity.
type Ways struct {
	UDP, TCP func(stamp.Key, ed25519.PrivateKey) (transport.Dialer, error)
	// Proxies returns the proxies that the client would try, and remarks about
	// those that it would not. nil: they are not looked at.
	Proxies func(config.Config, stamp.Key) (found []Proxied, remarks []string)
}

// patient is a client that is looked at. What cannot be read is zero; the check
// that is about it says so.
type patient struct {
	dir      config.Dir
	ways     Ways
	config   config.Config
	key      stamp.Key
	identity ed25519.PrivateKey
	errs     struct{ config, key, identity error }
	each     time.Duration // for one check
	reached  bool          // the site, by some way
}

// Examine looks at the client in a directory. Every check takes at most as long
// as given.
func Examine(ctx context.Context, dir config.Dir, ways Ways, each time.Duration) []Finding {
	p := &patient{dir: dir, ways: ways, each: each}
	p.config, p.errs.config = dir.Config()
	p.key, p.errs.key = stamp.Parse(p.config.KeyInfo)
	p.identity, p.errs.identity = dir.ExistingIdentity()
	var found []Finding
	for _, c := range checks {
		if f, done := p.run(ctx, c); done {
			found = append(found, f)
		}
	}
	return found
}

// Healthy reports whether nothing is wrong.
func Healthy(found []Finding) bool {
	for _, f := range found {
		if f.Level == LevelWrong {
			return false
		}
	}
	return true
}

// check is one thing that is looked at.
type check struct {
	name string
	// needsSite says that it makes no sense without a key of a site.
	needsSite bool
	look      func(*patient, context.Context) Finding
}

// checks are in the order in which they explain each other.
var checks = []check{
	{"directory", false, (*patient).directory},
	{"configuration", false, (*patient).configuration},
	{"identity", false, (*patient).who},
	{"name", true, (*patient).name},
	{"udp", true, (*patient).udp},
	{"proxy", true, (*patient).proxies}, // before TCP, which matters less where one works
	{"tcp", true, (*patient).tcp},
	{"clock", false, (*patient).clock},
	{"start", false, (*patient).start},
	{"client", false, (*patient).client},
	{"screen", false, (*patient).screen},
}

func (p *patient) run(ctx context.Context, c check) (Finding, bool) {
	if c.needsSite && p.errs.key != nil {
		return Finding{}, false
	}
	ctx, cancel := context.WithTimeout(ctx, p.each)
	defer cancel()
	f := c.look(p, ctx)
	f.Check = c.name
	return f, true
}

func ok(text string) Finding          { return Finding{Level: LevelOK, Text: text} }
func note(text, hint string) Finding  { return Finding{Level: LevelNote, Text: text, Hint: hint} }
func wrong(text, hint string) Finding { return Finding{Level: LevelWrong, Text: text, Hint: hint} }
