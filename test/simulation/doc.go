// Package simulation lives through thousands of hours of agents and their site
// within seconds: the real agent.Run with its directory and its choice of ways,
// and the real tunnels, clients, keys, database and retention of a site, in one
// process, in simulated time.
//
// What is not real is a network (held to what package transport promises by its
// conformance test, with delay, loss, reordering between streams, cuts in one
// direction or both, blocked ways and new addresses), the agents' disk (a
// journalling file system that forgets what was not synced when the power goes,
// and fails), the clocks, and the sleep of machines. The site's database is
// SQLite, which is refused commits, killed before one, and put back to a backup.
//
// A seed decides all that happens, and a failure prints it. The order in which
// Go runs goroutines that are ready at the same moment is not the seed's, so a
// world may be told a little differently the second time.
package simulation
