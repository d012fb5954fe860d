//go:build !linux && !windows && !darwin

package sysinfo

import (
	"context"
	"runtime"
)

func systemDisk() string { return "/" }

func (f *Facts) local(context.Context) { f.SystemName = runtime.GOOS }
