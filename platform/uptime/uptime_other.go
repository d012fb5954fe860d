//go:build !linux && !darwin && !windows

package uptime

import "errors"

func read() (Clocks, error) { return Clocks{}, errors.ErrUnsupported }
