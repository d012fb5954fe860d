package api

import (
	"context"
	"errors"
	"math"
	"time"

	"jump/internal/limiter"
	"jump/site/message"
	"jump/site/store"
	"jump/transport/wire"
)

// Install is what the page of an installer's link shows to whoever opens it. It
// says nothing about where the computer will appear, nor for whom.
type Install struct {
	SiteName        string     `json:"site_name"`
	Usable          bool       `json:"usable"`
	ReasonCode      string     `json:"reason_code,omitempty" enum:"key_expired,key_used_up,key_revoked" doc:"Why it is not usable"`
	Reason          string     `json:"reason,omitempty" doc:"The same as a sentence"`
	ExpiresAt       *time.Time `json:"expires_at,omitempty" doc:"If it is usable"`
	Platforms       []Platform `json:"platforms"`
	DefaultPlatform string     `json:"default_platform" doc:"The one to show first; may be empty"`
}

type installRequest struct {
	Visitor
	UID string `path:"uid" maxLength:"64"`
}

// showInstall answers for an installer that never was as for one whose time is
// over.
func (s *Server) showInstall(ctx context.Context, in *installRequest) (*answer[Install], error) {
	if wait := s.visits.Take(limiter.AddressKey(callerOf(ctx).address), time.Now(), 1); wait > 0 {
		return nil, later(message.CodeTooManyRequests, wait)
	}
	key, err := s.Keys.Find(ctx, in.UID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	page := Install{SiteName: s.Name}
	made := ""
	var refused *wire.Refused
	switch err := s.Keys.Usable(key); {
	case errors.As(err, &refused):
		text, _ := message.For(refused.Code, callerOf(ctx).language)
		page.ReasonCode, page.Reason = string(refused.Code), text.Sentence
	case err != nil:
		return nil, err
	default:
		page.Usable, page.ExpiresAt, made = true, &key.ExpiresAt, key.Platform
	}
	list := s.platforms(in.visitor(), made)
	page.Platforms, page.DefaultPlatform = list.Items, list.DefaultPlatform
	return &answer[Install]{page}, nil
}

// later refuses until a wait is over.
func later(code wire.Code, wait time.Duration) *wire.Refused {
	r := message.Refused(code)
	r.RetryAfter = uint32(math.Ceil(wait.Seconds()))
	return r
}
