package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"jump/site/auth"
	"jump/site/message"
	"jump/site/store"
	"jump/transport/wire"
)

// Problem is every answer that is not what was asked for (RFC 9457).
type Problem struct {
	Type   string   `json:"type" doc:"Always about:blank: code says what happened"`
	Title  string   `json:"title" doc:"The name of the status"`
	Status int      `json:"status"`
	Detail string   `json:"detail" doc:"One sentence in the language of Accept-Language"`
	Code   string   `json:"code" doc:"The stable name of the message: M1 to M17 of the guide, or a word"`
	Hint   string   `json:"hint,omitempty" doc:"What to do about it"`
	Errors []*Fault `json:"errors,omitempty" doc:"Which values were not accepted"`

	retryAfter int // seconds
}

// Fault is one value that was not accepted. The value itself is not repeated:
// it may be a secret.
type Fault struct {
	Location string `json:"location" doc:"For example body.name"`
	Message  string `json:"message"`
}

// Error makes a Problem an error.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is for huma.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is for huma.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders is for huma.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	return h
}

// statuses has the HTTP status of every code that is not 409 Conflict.
var statuses = map[wire.Code]int{
	wire.CodeClientGone:      http.StatusNotFound,
	wire.CodeUninstalled:     http.StatusGone,
	wire.CodeOverloaded:      http.StatusServiceUnavailable,
	wire.CodeRestarting:      http.StatusServiceUnavailable,
	wire.CodeInternal:        http.StatusInternalServerError,
	wire.CodeTooSlow:         http.StatusGatewayTimeout,
	wire.CodeMoreActive:      http.StatusConflict,
	wire.CodeNoListening:     http.StatusConflict,
	wire.CodeTimeout:         http.StatusGatewayTimeout,
	wire.CodeMalformed:       http.StatusBadRequest,
	wire.CodeDenied:          http.StatusForbidden,
	wire.CodeNoGroup:         http.StatusUnprocessableEntity,
	wire.CodeSessionEnded:    http.StatusNotFound,
	message.CodeSignInFailed: http.StatusUnauthorized,
	message.CodeTooManyTries: http.StatusTooManyRequests,
	message.CodeSignedOut:    http.StatusUnauthorized,
	message.CodeOrigin:       http.StatusForbidden,
	message.CodeNotFound:     http.StatusNotFound,
	message.CodeNoMethod:     http.StatusMethodNotAllowed,
	message.CodeTooLarge:     http.StatusRequestEntityTooLarge,
	message.CodeInvalid:      http.StatusUnprocessableEntity,
	message.CodeInternal:     http.StatusInternalServerError,

	wire.CodeKeyUnknown:         http.StatusNotFound,
	wire.CodeKeyExpired:         http.StatusGone,
	wire.CodeKeyUsedUp:          http.StatusGone,
	wire.CodeKeyRevoked:         http.StatusGone,
	message.CodeNoPackage:       http.StatusNotFound,
	message.CodeTooManyRequests: http.StatusTooManyRequests,
	message.CodeMailUnreachable: http.StatusBadGateway,
	message.CodeMailTLS:         http.StatusBadGateway,
	message.CodeMailAuth:        http.StatusBadGateway,
	message.CodeMailRefused:     http.StatusBadGateway,
	message.CodeMailSlow:        http.StatusGatewayTimeout,
	message.CodeMailLimit:       http.StatusTooManyRequests,
}

// problem returns the Problem of a code, in a language.
func problem(code wire.Code, in message.Language) *Problem {
	status, ok := statuses[code]
	if !ok {
		status = http.StatusConflict
	}
	text, _ := message.For(code, in)
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status,
		Detail: text.Sentence, Code: string(code), Hint: text.Hint}
}

// problemOf translates whatever went wrong. What is not meant for people goes
// to the log and not to them.
func problemOf(ctx context.Context, err error) *Problem {
	in := callerOf(ctx).language
	var p *Problem
	var refused *wire.Refused
	var many *auth.TooManyError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &refused):
		p = problem(refused.Code, in)
		if _, known := message.For(refused.Code, in); !known {
			p.Detail, p.Hint = refused.Text, refused.Hint
		}
		p.retryAfter = int(refused.RetryAfter)
		return p
	case errors.As(err, &many):
		p = problem(message.CodeTooManyTries, in)
		p.retryAfter = int(math.Ceil(many.RetryAfter.Seconds()))
		return p
	case errors.Is(err, auth.ErrSignIn):
		return problem(message.CodeSignInFailed, in)
	case errors.Is(err, auth.ErrSignedOut):
		return problem(message.CodeSignedOut, in)
	case errors.Is(err, store.ErrNotFound):
		return problem(message.CodeNotFound, in)
	case errors.Is(err, store.ErrExists):
		return problem(message.CodeExists, in)
	}
	if ctx.Err() == nil {
		slog.ErrorContext(ctx, "a request failed", "error", err)
	}
	return problem(message.CodeInternal, in)
}

// write answers a request with p outside of huma.
func (p *Problem) write(w http.ResponseWriter) {
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p) // the reader is gone if this fails
}

// fail answers a request with the problem of a code.
func fail(w http.ResponseWriter, r *http.Request, code wire.Code) {
	problemOf(r.Context(), &wire.Refused{Code: code}).write(w)
}

// codes has the code of every status with which huma itself refuses a request.
var codes = map[int]wire.Code{
	http.StatusBadRequest:            wire.CodeMalformed,
	http.StatusRequestTimeout:        wire.CodeMalformed,
	http.StatusUnsupportedMediaType:  wire.CodeMalformed,
	http.StatusNotAcceptable:         wire.CodeMalformed,
	http.StatusRequestEntityTooLarge: message.CodeTooLarge,
	http.StatusUnprocessableEntity:   message.CodeInvalid,
}

// huma asks these package variables for its own answers.
func init() {
	huma.NewError = func(status int, text string, errs ...error) huma.StatusError {
		return refusal(message.LanguageEnglish, status, text, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, text string, errs ...error) huma.StatusError {
		return refusal(callerOf(ctx.Context()).language, status, text, errs)
	}
}

func refusal(in message.Language, status int, text string, errs []error) *Problem {
	code, ok := codes[status]
	if !ok && status != 0 { // 0: huma only asks for the type
		slog.Error("a request failed", "status", status, "error", errors.Join(append(errs, errors.New(text))...))
		code = message.CodeInternal
	}
	p := problem(code, in)
	if ok {
		p.Status, p.Title = status, http.StatusText(status)
	}
	for _, err := range errs {
		fault := &Fault{Message: err.Error()}
		var detail huma.ErrorDetailer
		if errors.As(err, &detail) {
			fault.Location, fault.Message = detail.ErrorDetail().Location, detail.ErrorDetail().Message
		}
		p.Errors = append(p.Errors, fault)
	}
	return p
}
