package apiclient

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"jump/transport/wire"
)

// Problem is an answer that says no (RFC 9457), with the stable code of
// requirements section F.
type Problem struct {
	Status int       `json:"status"`
	Title  string    `json:"title"`
	Detail string    `json:"detail"`
	Code   wire.Code `json:"code"`
	Hint   string    `json:"hint"`
	Errors []struct {
		Location string `json:"location"` // for example body.name
		Message  string `json:"message"`
	} `json:"errors"`
}

const maxProblem = 64 << 10 // bytes

// Error returns one sentence, without the hint.
func (p *Problem) Error() string {
	text := p.Detail
	if text == "" {
		text = p.Title
	}
	if text == "" {
		text = fmt.Sprintf("the site answered %d %s", p.Status, http.StatusText(p.Status))
	}
	text = strings.TrimSuffix(text, ".")
	for _, e := range p.Errors {
		text += "; " + strings.TrimPrefix(e.Location+": ", ": ") + e.Message
	}
	return text
}

// readProblem turns any unsuccessful answer into a Problem: something else
// than a site may have answered.
func readProblem(resp *http.Response) *Problem {
	p := &Problem{}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if kind == "application/problem+json" || kind == "application/json" {
		if json.NewDecoder(io.LimitReader(resp.Body, maxProblem)).Decode(p) != nil {
			p = &Problem{}
		}
	}
	p.Status = resp.StatusCode
	return p
}
