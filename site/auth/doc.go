// Package auth answers who somebody is and what that person may do: passwords,
// web sessions, bearer tokens, and the permissions of an account
// (requirement E12).
//
// It is not a door: it reads no cookies and no headers and knows no routes,
// which is package jump/site/api. It does not store anything either, which is
// jump/site/store, and it has no part in the identity of Jump Clients, which
// prove keys and have no passwords.
package auth
