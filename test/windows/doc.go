// Package windows tests the installers for Windows as administrators use them:
// the commands of the guide, word for word, against a real site, under wine.
//
// wine proves command lines, tables of an MSI, services, the registry and what
// is left behind. It does not prove access lists, User Account Control, the
// secure desktop or session 0: those are checked as data elsewhere and listed
// in docs/SECURITY.md. The package ships nothing.
package windows
