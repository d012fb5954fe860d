//go:build !unix

package command

import "github.com/spf13/cobra"

// initScript returns nothing: there are no init-scripts here.
func initScript() []*cobra.Command { return nil }
