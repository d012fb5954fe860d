package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"jump/site/auth"
)

// Class says who may use a route at all.
type Class string

// The classes.
const (
	ClassNone  Class = "none"  // everybody
	ClassUser  Class = "user"  // whoever has signed in
	ClassAdmin Class = "admin" // administrators
)

// Route is one line of the table of routes.
type Route struct {
	Method string
	Path   string // from the root of the site
	Class  Class
	Need   auth.Permission // empty: none beyond the class
	Style  Style

	id, summary string
	add         func(huma.API, huma.Operation) // typed routes
	raw         http.HandlerFunc               // all others
}

// Style says what kind of answer a route gives; time limits and the checks of
// origin depend on it.
type Style uint8

// The styles.
const (
	StyleCall    Style = 0 // a request and its answer
	StyleEvents  Style = 1 // server-sent events
	StyleUpgrade Style = 2 // a WebSocket or a WebTransport session
	// StyleDownload is a file for whoever shows its key in the body.
	StyleDownload Style = 3
)

// Pattern is the route's pattern for an http.ServeMux.
func (r Route) Pattern() string { return strings.TrimSpace(r.Method + " " + r.Path) }

const root = "/api/v1"

// Routes returns the table: every route that the site answers. Nothing else can
// be registered.
func (s *Server) Routes() []Route {
	get, post, put, patch, del := http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete
	return []Route{
		{Method: get, Path: root + "/site", Class: ClassNone, id: "site", summary: "What this site is", add: typed(s.site)},
		{Method: get, Path: root + "/openapi.json", Class: ClassNone, id: "openapi", summary: "This description", raw: s.openAPI},
		{Method: post, Path: root + "/login", Class: ClassNone, id: "login", summary: "Sign in with a browser", add: typed(s.login)},
		{Method: post, Path: root + "/logout", Class: ClassUser, id: "logout", summary: "Sign out", add: typed(s.logout)},
		{Method: get, Path: root + "/me", Class: ClassUser, id: "me", summary: "Who is signed in", add: typed(s.me)},
		{Method: get, Path: root + "/tokens", Class: ClassUser, id: "list-tokens", summary: "List the own bearer tokens", add: typed(s.listTokens)},
		{Method: post, Path: root + "/tokens", Class: ClassUser, id: "create-token", summary: "Create a bearer token, signed in with a password", add: typed(s.createToken)},
		{Method: del, Path: root + "/tokens/{id}", Class: ClassUser, id: "revoke-token", summary: "Revoke an own bearer token", add: typed(s.revokeToken)},

		{Method: get, Path: root + "/clients", Class: ClassUser, id: "list-clients", summary: "List and search Jump Clients", add: typed(s.listClients)},
		{Method: get, Path: root + "/clients/{id}", Class: ClassUser, id: "get-client", summary: "One Jump Client", add: typed(s.getClient)},
		{Method: patch, Path: root + "/clients/{id}", Class: ClassUser, Need: auth.PermissionEdit, id: "change-client", summary: "Change the properties of a Jump Client", add: typed(s.changeClient)},
		{Method: post, Path: root + "/clients/{id}/examination", Class: ClassUser, id: "examine-client", summary: "Have a Jump Client find out which ways lead it here, and what else is wrong with it", add: typed(s.examineClient)},
		{Method: del, Path: root + "/clients/{id}", Class: ClassUser, Need: auth.PermissionRemove, id: "remove-client", summary: "Remove a Jump Client and end its access", add: typed(s.removeClient)},

		{Method: get, Path: root + "/groups", Class: ClassUser, id: "list-groups", summary: "List Jump Groups", add: typed(s.listGroups)},
		{Method: post, Path: root + "/groups", Class: ClassAdmin, id: "create-group", summary: "Create a shared Jump Group", add: typed(s.createGroup)},

		{Method: get, Path: root + "/installers", Class: ClassUser, Need: auth.PermissionDeploy, id: "list-installers", summary: "List deployment keys", add: typed(s.listInstallers)},
		{Method: post, Path: root + "/installers", Class: ClassUser, Need: auth.PermissionDeploy, id: "create-installer", summary: "Create a deployment key", add: typed(s.createInstaller)},
		{Method: patch, Path: root + "/installers/{uid}", Class: ClassUser, Need: auth.PermissionDeploy, id: "extend-installer", summary: "Change how long and how often a deployment key may be used", add: typed(s.extendInstaller)},
		{Method: del, Path: root + "/installers/{uid}", Class: ClassUser, Need: auth.PermissionDeploy, id: "revoke-installer", summary: "Revoke a deployment key", add: typed(s.revokeInstaller)},
		{Method: post, Path: root + "/installers/{uid}/mail", Class: ClassUser, Need: auth.PermissionDeploy, id: "mail-installer", summary: "Mail an installer's link", add: typed(s.mailInstaller)},
		{Method: get, Path: root + "/platforms", Class: ClassUser, id: "list-platforms", summary: "List the platforms and which of them have an installer", add: typed(s.listPlatforms)},
		{Method: get, Path: root + "/install/{uid}", Class: ClassNone, id: "show-install", summary: "What the page of an installer's link shows", add: typed(s.showInstall)},
		{Method: post, Path: root + "/install/{uid}/{platform}", Class: ClassNone, Style: StyleDownload, id: "download-installer", summary: "Download an installer", raw: s.download},

		{Method: get, Path: root + "/settings/limits", Class: ClassAdmin, id: "get-limits", summary: "How many Jump Clients the site may have", add: typed(s.getLimits)},
		{Method: put, Path: root + "/settings/limits", Class: ClassAdmin, id: "set-limits", summary: "Limit the number of Jump Clients", add: typed(s.setLimits)},
		{Method: get, Path: root + "/settings/clients", Class: ClassAdmin, id: "get-client-settings", summary: "When Jump Clients that are away are removed", add: typed(s.getClientSettings)},
		{Method: patch, Path: root + "/settings/clients", Class: ClassAdmin, id: "set-client-settings", summary: "Set when Jump Clients that are away are removed", add: typed(s.setClientSettings)},
		{Method: get, Path: root + "/settings/mail", Class: ClassAdmin, id: "get-mail", summary: "The mail server that is set", add: typed(s.getMail)},
		{Method: put, Path: root + "/settings/mail", Class: ClassAdmin, id: "set-mail", summary: "Set the mail server", add: typed(s.setMail)},
		{Method: post, Path: root + "/settings/mail/test", Class: ClassAdmin, id: "test-mail", summary: "Send a test letter", add: typed(s.testMail)},

		{Method: get, Path: root + "/alarms", Class: ClassAdmin, id: "list-alarms", summary: "What the site does not do without an answer", add: typed(s.listAlarms)},
		{Method: post, Path: root + "/alarms/{id}", Class: ClassAdmin, id: "answer-alarm", summary: "Answer an alarm", add: typed(s.answerAlarm)},

		{Method: get, Path: root + "/sessions", Class: ClassUser, id: "list-sessions", summary: "List open sessions", add: typed(s.listSessions)},
		{Method: post, Path: root + "/sessions", Class: ClassUser, id: "start-session", summary: "Jump: start a session with a Jump Client", add: typed(s.startSession)},
		{Method: get, Path: root + "/sessions/{id}", Class: ClassUser, id: "get-session", summary: "One open session", add: typed(s.getSession)},
		{Method: del, Path: root + "/sessions/{id}", Class: ClassUser, id: "end-session", summary: "End a session", add: typed(s.endSession)},
		{Method: get, Path: root + "/sessions/{id}/{channel}", Class: ClassUser, Style: StyleUpgrade, id: "open-channel", summary: "A channel of a session, as a WebSocket with subprotocol jump.1", raw: s.channel},
		{Method: http.MethodConnect, Path: root + "/sessions/{id}/{channel}", Class: ClassUser, Style: StyleUpgrade, raw: s.channel}, // WebTransport
		{Method: post, Path: root + "/sessions/{id}/tickets", Class: ClassUser, id: "take-ticket", summary: "A ticket to open a channel of a session over WebTransport", add: typed(s.takeTicket)},

		{Method: get, Path: root + "/events", Class: ClassUser, Style: StyleEvents, id: "events", summary: "Live changes as server-sent events", raw: s.events},

		{Method: get, Path: "/healthz", Class: ClassNone, raw: s.healthy},
		{Path: "/api/", Class: ClassNone, raw: s.unknown},
		{Path: "/", Class: ClassNone, raw: s.console},
	}
}

// typed makes a route of a function with a typed request and answer.
func typed[I, O any](f func(context.Context, *I) (*O, error)) func(huma.API, huma.Operation) {
	return func(api huma.API, op huma.Operation) {
		huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
			out, err := f(ctx, in)
			if err != nil {
				return nil, problemOf(ctx, err)
			}
			return out, nil
		})
	}
}
