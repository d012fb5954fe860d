package stamp

// Label is everything particular that a stamped installer file carries besides
// the generic client: what was chosen on the site when it was made. It never
// says more than flags of `jumpclient install` could.
type Label struct {
	Key  Key
	Mode string // "service", "user", or empty: as the rights of who installs it allow
}
