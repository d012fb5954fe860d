// Package linux installs the Jump Client on plain Debian trees, with the guide's
// own command lines, under every shell that is called sh, and kills it at every
// system call (requirements B5 to B11 and C).
//
// It is not about what a client does (test/e2e), nor about service mode, which
// needs a booted system (test/service). It has tests only.
package linux
