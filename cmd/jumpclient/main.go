// Command jumpclient is the Jump Client: it keeps this computer reachable by
// its site. What its words do, and its exit codes, is in internal/command; this
// file is not the place for logic.
package main

import (
	"os"

	"jump/cmd/jumpclient/internal/command"
)

func main() { os.Exit(command.Start(os.Args[1:])) }
