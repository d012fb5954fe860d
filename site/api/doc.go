// Package api is the site's HTTP interface under /api/v1: the table of routes,
// who may use which, the typed requests and answers, problem answers, the
// stream of events, and the upgrade to a session's channels.
//
// It is not the web server (package jump/site listens and speaks TLS), it keeps
// nothing, and it decides only about the door: what a session or a Jump Client
// may do is decided in the packages that it calls.
package api

//go:generate go run ../../cmd/jumpsite openapi ../../web/src/api/openapi.json
