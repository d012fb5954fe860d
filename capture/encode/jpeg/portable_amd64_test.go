package jpeg

// portably switches the fast form off, if told so, until the function it
// returns is called.
func portably(off bool) func() {
	had := fast
	fast = fast && !off
	return func() { fast = had }
}
