//go:build !linux

package installer

import "jump/agent/config"

// configOf returns what was written down when the client in dir was installed.
func configOf(dir string) (config.Config, error) { return config.At(dir).Config() }
