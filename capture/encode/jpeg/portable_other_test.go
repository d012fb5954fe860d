//go:build !amd64

package jpeg

func portably(bool) func() { return func() {} }
