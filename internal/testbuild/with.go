package testbuild

import (
	"fmt"
	"os"
)

// With calls run after prepare, which is given a new folder that everybody may
// look into. The folder is removed afterwards. What run returns it returns, and
// 1 if there is nothing to run with.
func With(name string, prepare func(dir string) error, run func() int) int {
	dir, err := os.MkdirTemp("", "jump-"+name+"-")
	if err == nil {
		defer os.RemoveAll(dir)
		err = os.Chmod(dir, 0o755) // ordinary users run programs in it as well
	}
	if err == nil {
		err = prepare(dir)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "prepare the tests: %v\n", err)
		return 1
	}
	return run()
}
