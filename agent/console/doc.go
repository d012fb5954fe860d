// Package console is the desk of Windows (agent/seat): it starts seats in the
// session that has the computer's screen, with the rights of the user who is
// signed in there, or with the system's for the screens that are nobody's: the
// sign-in screen, the lock screen and the questions of User Account Control.
//
// It is not a seat, and no service: it needs the rights of the system's account,
// which the service gives it. On other systems there is nothing in it.
package console
