// Package service tests the client in service mode where it has to work: in a
// booted Debian with systemd, a display manager and several users.
//
// It is not a test of one package (those are beside their packages), and it has
// nothing to import: it runs the product's programs. It needs root, for it boots
// a tree with systemd-nspawn.
package service
