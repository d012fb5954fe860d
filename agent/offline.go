package agent

// heard notes an authenticated contact: a tunnel to whoever has the site's key,
// whatever is said on it.
func (a *agent) heard() {
	if a.Offline == nil {
		return
	}
	if err := a.Offline.Contact(); err != nil {
		a.Log.Error("the contact with the site was not noted", "error", err)
	}
}

// missed notes that the last attempt did not reach the site, and reports
// whether the agent has been without it for too long.
func (a *agent) missed() bool {
	limit, limited := a.Learned.Settings.OfflineAfter()
	if a.Offline == nil || a.reached || !limited {
		return false
	}
	over, err := a.Offline.Fail(limit)
	if err != nil {
		a.Log.Error("the time without the site was not noted", "error", err)
	}
	return over
}
