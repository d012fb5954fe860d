//go:build !linux && !windows

package command

import "github.com/spf13/cobra"

// roles are the words that a service manager says: none here.
func roles() []*cobra.Command { return nil }
