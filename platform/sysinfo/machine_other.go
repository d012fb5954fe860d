//go:build !linux && !windows

package sysinfo

// machine is nothing: macOS tells the computer's name through IOKit only, which
// needs cgo.
func machine() string { return "" }
