// Command jump is the representative's command line: lists of clients,
// programs and terminals on them, pictures of their screens.
//
// It is not the console (web) and not part of the site; all it knows comes
// through the site's API.
package main

import (
	"os"

	"jump/cmd/jump/internal/commands"
)

func main() { os.Exit(commands.Main(os.Args[1:])) }
