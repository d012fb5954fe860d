package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"jump/internal/version"
	"jump/site/auth"
)

// describe returns how the API is described (OpenAPI 3.1). Huma's own pages for
// the description are off: the table of routes has the only one.
func describe() huma.Config {
	huma.DefaultArrayNullable = false // lists are empty, never null
	c := huma.DefaultConfig("Jump", version.Number)
	c.CreateHooks, c.DocsPath, c.OpenAPIPath, c.SchemasPath = nil, "", "", ""
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"cookie": {Type: "apiKey", In: "cookie", Name: CookieName},
		"token":  {Type: "http", Scheme: "bearer", BearerFormat: auth.TokenPrefix + "…"},
	}
	return c
}

// operation describes a route.
func operation(r Route) huma.Operation {
	op := huma.Operation{
		OperationID: r.id, Method: r.Method, Path: strings.TrimPrefix(r.Path, root), Summary: r.summary,
		MaxBodyBytes: maxBody, BodyReadTimeout: callTime,
	}
	if r.Class != ClassNone {
		op.Security = []map[string][]string{{"cookie": {}}, {"token": {}}}
	}
	if r.Class == ClassAdmin {
		op.Description = "For administrators."
	}
	if r.Need != "" {
		op.Description = fmt.Sprintf("Needs the permission %s.", r.Need)
	}
	switch r.Method {
	case http.MethodDelete:
		op.DefaultStatus = http.StatusNoContent
	case http.MethodPost:
		op.DefaultStatus = created[r.id]
	}
	return op
}

// created has the routes with POST that do not answer 200.
var created = map[string]int{
	"logout": http.StatusNoContent, "answer-alarm": http.StatusNoContent, "create-group": http.StatusCreated,
	"create-installer": http.StatusCreated, "start-session": http.StatusCreated, "take-ticket": http.StatusCreated,
}

// describeRaw describes a route that huma does not answer.
func describeRaw(api huma.API, op huma.Operation) {
	schema := func(t reflect.Type) *huma.Schema { return api.OpenAPI().Components.Schemas.Schema(t, true, "") }
	ok := &huma.Response{Description: "As described"}
	status := "200"
	switch op.OperationID {
	case "openapi":
		ok.Content = map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Type: huma.TypeObject}}}
	case "events":
		var events []*huma.Schema
		for _, t := range eventTypes {
			events = append(events, schema(t))
		}
		ok.Content = map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{OneOf: events}}}
	case "download-installer":
		describeDownload(&op, ok)
	case "open-channel":
		status = "101"
		text := func(values ...any) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Enum: values} }
		op.Parameters = []*huma.Param{
			{Name: "id", In: "path", Required: true, Schema: text()},
			{Name: "channel", In: "path", Required: true, Schema: text("screen", "shell", "exec", "files")},
		}
	}
	op.Responses = map[string]*huma.Response{status: ok, "default": {Description: "Error",
		Content: map[string]*huma.MediaType{"application/problem+json": {Schema: schema(reflect.TypeFor[Problem]())}}}}
	api.OpenAPI().AddOperation(&op)
}

// describeDownload says what goes in, and that a file comes out.
func describeDownload(op *huma.Operation, ok *huma.Response) {
	text := &huma.Schema{Type: huma.TypeString}
	body := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeObject, Required: []string{"key_info"},
		Properties: map[string]*huma.Schema{"key_info": text}}}
	op.Description = "The key is never taken from the address. For example: curl -fOJ -d key_info=KEY_INFO URL"
	op.Parameters = []*huma.Param{
		{Name: "uid", In: "path", Required: true, Schema: text},
		{Name: "platform", In: "path", Required: true, Schema: text},
	}
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/x-www-form-urlencoded": body, "application/json": body}}
	ok.Content = map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
}

// Description returns the API's description, which is the same for every site
// of this version.
func Description() ([]byte, error) { return New(Options{}).description() }

func (s *Server) describeAll() ([]byte, error) {
	compact, err := s.api.OpenAPI().MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("describe the API: %w", err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, compact, "", "  "); err != nil {
		return nil, fmt.Errorf("describe the API: %w", err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func (s *Server) openAPI(w http.ResponseWriter, r *http.Request) {
	b, err := s.description()
	if err != nil {
		problemOf(r.Context(), err).write(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(b)
}
