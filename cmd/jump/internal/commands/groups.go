package commands

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"jump/cmd/jump/internal/apiclient"
)

func (a *app) jumpGroup() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "group",
		Short: "List Jump Groups, and make shared ones",
		Args:  usage(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.groupList(), a.groupCreate())
	return cmd
}

func (a *app) groupList() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "list",
		Short: "List the Jump Groups that you see",
		Args:  usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.site()
			if err != nil {
				return err
			}
			all, err := s.Groups(cmd.Context())
			if err != nil {
				return err
			}
			return a.printGroups(all)
		},
	})
}

func (a *app) printGroups(all []apiclient.ListedGroup) error {
	if a.json {
		return a.printJSON(all)
	}
	var rows [][]string
	for _, g := range all {
		rows = append(rows, []string{g.Code, g.Name, g.Kind, g.Owner, strconv.Itoa(g.Clients)})
	}
	return table(a.out, []string{"CODE", "NAME", "KIND", "OWNER", "CLIENTS"}, rows)
}

func (a *app) groupCreate() *cobra.Command {
	var code string
	cmd := &cobra.Command{
		Use:   "create NAME",
		Short: "Make a Jump Group that several people share (for administrators)",
		Args:  usage(cobra.ExactArgs(1)),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.createGroup(cmd.Context(), args[0], code) },
	}
	cmd.Flags().StringVar(&code, "code", "", "what scripts call it, as in jumpgroup:<code> (default: made from the name)")
	return a.jsonFlag(cmd)
}

func (a *app) createGroup(ctx context.Context, name, code string) error {
	s, err := a.site()
	if err != nil {
		return err
	}
	g, err := s.CreateGroup(ctx, name, code)
	if err != nil {
		return err
	}
	return a.printGroups([]apiclient.ListedGroup{g})
}
