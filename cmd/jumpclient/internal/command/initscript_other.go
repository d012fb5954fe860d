//go:build !linux

package command

import "github.com/spf13/cobra"

// initScript returns nothing: there are no init-scripts here.
func initScript() []*cobra.Command { return nil }

// guardCommands returns nothing: installers here have no second process.
func guardCommands() []*cobra.Command { return nil }
