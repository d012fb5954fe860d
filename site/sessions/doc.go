// Package sessions holds the support sessions that are open now: who may start
// one with which Jump Client, the channels (screen, shell, exec, files) that belong to
// it, and its end.
//
// It copies bytes and does not understand them: after the first message, which
// it checks and wraps, what the agent encodes is what the viewer decodes. It
// is not the door (package jump/site/api signs people in and checks origins),
// and it does not reach Jump Clients by itself, which is jump/site/clients.
package sessions
