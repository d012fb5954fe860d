//go:build !linux

package demo

// virtual is whether a computer of this system may be without a screen, and a
// virtual one can be started.
const virtual = false
