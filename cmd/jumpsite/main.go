// Command jumpsite is the server of Jump: the site that Jump Clients connect to
// and representatives work with. It is not the client (jumpclient) and not the
// representatives' command line (jump).
package main

import (
	"os"

	"jump/cmd/jumpsite/internal/command"
	"jump/web"
)

func main() {
	os.Exit(command.Main(os.Args[1:], command.Environment{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv, Console: web.Files(),
	}))
}
