package commands

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jump/cmd/jump/internal/apiclient"
	"jump/platform/tty"
)

const shortID = 12 // characters of an id in a table: 60 bits

func (a *app) list() *cobra.Command {
	var f apiclient.Filter
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the clients",
		Long: `list shows the clients that you may see. With --json it writes one array of
clients, with the fields that the API has; their names never change.`,
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.listClients(cmd.Context(), f) },
	}
	cmd.Flags().StringVar(&f.Search, "search", "", "only those in which this `text` occurs")
	cmd.Flags().StringVar(&f.Fields, "fields", "", "search in these `fields` only, e.g. name,comments")
	cmd.Flags().StringVar(&f.Group, "group", "", "only those of this Jump Group (its `code`)")
	cmd.Flags().StringVar(&f.Tag, "tag", "", "only those with this `tag`")
	cmd.Flags().StringVar(&f.Status, "status", "", "only those that are online, offline, passive, disabled, uninstalled or quarantined")
	return a.jsonFlag(cmd)
}

func (a *app) listClients(ctx context.Context, f apiclient.Filter) error {
	s, err := a.site()
	if err != nil {
		return err
	}
	clients := []apiclient.Client{} // never null in JSON
	for c, err := range s.Clients(ctx, f) {
		if err != nil {
			return err
		}
		clients = append(clients, c)
	}
	if a.json {
		return a.printJSON(clients)
	}
	var rows [][]string
	for _, c := range clients {
		rows = append(rows, []string{c.Name, c.Status, c.Group.Name, c.Tag, c.Hostname, c.PublicIP, c.SystemName, c.ConsoleUser,
			since(c.LastSeenAt, time.Now()), c.ID[:min(len(c.ID), shortID)]})
	}
	return table(a.out, []string{"NAME", "STATUS", "GROUP", "TAG", "HOSTNAME", "ADDRESS", "SYSTEM", "USER", "SEEN", "ID"}, rows)
}

func (a *app) show() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:               "show CLIENT",
		Short:             "Show everything about a client",
		Args:              usage(cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeClient,
		RunE: func(cmd *cobra.Command, args []string) error {
			_, c, err := a.client(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return a.printClient(c)
		},
	})
}

func (a *app) set() *cobra.Command {
	var name, group, tag, comments string
	var passive, active bool
	cmd := &cobra.Command{
		Use:   "set CLIENT [--name N] [--group G] [--tag T] [--comments C] [--passive | --active]",
		Short: "Change a client's name, Jump Group, tag, comments or type",
		Long: `set changes what is named and nothing else. An empty text takes a tag or the
comments away. An active client keeps a connection; a passive one listens, checks
in at intervals, and is connected to when somebody jumps.`,
		Args:              usage(cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeClient,
	}
	f := cmd.Flags()
	f.StringVar(&name, "name", "", "its `name`, at most 128 characters")
	f.StringVar(&group, "group", "", "the `code` of its Jump Group")
	f.StringVar(&tag, "tag", "", "its `tag`, at most 64 characters")
	f.StringVar(&comments, "comments", "", "`text`, at most 1024 characters")
	f.BoolVar(&passive, "passive", false, "keep no connection, but listen for the site")
	f.BoolVar(&active, "active", false, "keep a connection, and do not listen")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		given := func(flag string, value *string) *string {
			if f.Changed(flag) {
				return value
			}
			return nil
		}
		change := apiclient.Change{Name: given("name", &name), Group: given("group", &group), Tag: given("tag", &tag), Comments: given("comments", &comments)}
		switch {
		case passive && active:
			return misuse(cmd, errors.New("a client is either passive or active"))
		case passive || active:
			change.Passive = &passive
		}
		if change == (apiclient.Change{}) {
			return misuse(cmd, errors.New("nothing to change was named"))
		}
		return a.setClient(cmd.Context(), args[0], change)
	}
	return a.jsonFlag(cmd)
}

func (a *app) setClient(ctx context.Context, name string, change apiclient.Change) error {
	s, c, err := a.client(ctx, name)
	if err != nil {
		return err
	}
	if c, err = s.SetClient(ctx, c.ID, change); err != nil {
		return err
	}
	return a.printClient(c)
}

func (a *app) remove() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "remove CLIENT…",
		Short: "End the access to clients for good",
		Long: `remove takes clients off the site and ends all access to them. Each uninstalls
itself as soon as it hears of that, now or when it comes back; on a headless
Linux its files stay until its uninstall is run. One that was uninstalled goes
off the list. At a terminal it asks first, unless --yes is given.`,
		Args:              usage(cobra.MinimumNArgs(1)),
		ValidArgsFunction: a.completeClient,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.removeClients(cmd.Context(), args, yes) },
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return a.jsonFlag(cmd)
}

// removeClients finds all of them before it removes the first.
func (a *app) removeClients(ctx context.Context, names []string, yes bool) error {
	s, err := a.site()
	if err != nil {
		return err
	}
	var clients []apiclient.Client
	for _, name := range names {
		c, err := s.Find(ctx, name)
		if err != nil {
			return err
		}
		clients = append(clients, c)
	}
	if !yes && tty.Is(a.in) {
		if err := a.sure(ctx, clients); err != nil {
			return err
		}
	}
	for _, c := range clients {
		if err := s.RemoveClient(ctx, c.ID); err != nil {
			return fmt.Errorf("remove %s: %w", c.Name, err)
		}
	}
	return nil
}

func (a *app) sure(ctx context.Context, clients []apiclient.Client) error {
	for _, c := range clients {
		fmt.Fprintf(a.err, "%s  %s\n", c.ID[:min(len(c.ID), shortID)], plain(c.Name))
	}
	answer, err := tty.Line(ctx, a.in, a.err, "Remove for good? (yes/no) ")
	if err == nil && !strings.EqualFold(strings.TrimSpace(answer), "yes") {
		err = &failure{"nothing was removed", "", "interrupted", exitError}
	}
	return err
}

// printClient writes one client, a line for every fact that is known.
func (a *app) printClient(c apiclient.Client) error {
	if a.json {
		return a.printJSON(c)
	}
	w := bufio.NewWriter(a.out)
	for _, f := range facts(c, time.Now()) {
		if f[1] != "" {
			fmt.Fprintf(w, "%-14s%s\n", f[0], plain(f[1]))
		}
	}
	return w.Flush()
}

func facts(c apiclient.Client, now time.Time) [][2]string {
	return [][2]string{
		{"name", c.Name}, {"id", c.ID}, {"status", c.Status}, {"type", clientType(c)}, {"channels", strings.Join(c.Channels, ", ")},
		{"group", fmt.Sprintf("%s (%s)", c.Group.Name, c.Group.Code)}, {"tag", c.Tag}, {"comments", c.Comments},
		{"hostname", c.Hostname}, {"system", c.SystemName}, {"architecture", c.Arch}, {"client", strings.TrimSpace(c.Version + " " + c.Mode)},
		{"console user", c.ConsoleUser}, {"idle", idle(c.IdleSeconds)},
		{"domain", c.Domain}, {"workgroup", c.Workgroup}, {"private IP", c.PrivateIP}, {"public IP", c.PublicIP},
		{"uptime", span(time.Duration(c.UptimeSeconds) * time.Second)}, {"cpu", fmt.Sprintf("%.0f %%", c.CPUPercent)},
		{"memory", used(c.MemoryUsed, c.MemoryTotal)}, {"disk", used(c.DiskUsed, c.DiskTotal)},
		{"created", c.CreatedAt.Local().Format(time.DateTime)}, {"last seen", since(c.LastSeenAt, now)}, {"last access", since(c.LastAccessed, now)},
		{"uninstalled", day(c.UninstalledAt)}, {"removed on", day(c.RemovalDueAt)},
		{"quarantined", day(c.QuarantinedAt)},
	}
}

func clientType(c apiclient.Client) string {
	if c.Passive {
		return "passive"
	}
	return "active"
}

// day is when something is, or empty if it is not.
func day(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Local().Format(time.DateTime)
}

func idle(seconds int64) string {
	if seconds < 0 {
		return ""
	}
	return span(time.Duration(seconds) * time.Second)
}

func used(part, total uint64) string {
	if total == 0 {
		return ""
	}
	return fmt.Sprintf("%s of %s (%d %%)", size(part), size(total), part*100/total)
}

// completeClient offers the names of clients to the shell.
func (a *app) completeClient(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	s, err := a.site()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var names []string
	for c, err := range s.Clients(cmd.Context(), apiclient.Filter{Search: typed}) {
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		if strings.HasPrefix(c.Name, typed) && c.Name == plain(c.Name) {
			names = append(names, cobra.CompletionWithDesc(c.Name, c.Status))
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
