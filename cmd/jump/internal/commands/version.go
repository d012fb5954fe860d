package commands

import (
	"fmt"

	"github.com/spf13/cobra"

	"jump/internal/version"
)

func (a *app) version() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "version",
		Short: "Print the version of this program",
		Args:  usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			if a.json {
				return a.printJSON(map[string]string{"version": version.Number})
			}
			_, err := fmt.Fprintf(a.out, "jump %s\n", version.Number)
			return err
		},
	})
}
