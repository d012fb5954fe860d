package desktop

// Session is a login session of this computer, as its login service tells.
type Session struct {
	ID      string
	User    string // its user's name
	UID     uint32
	Class   string // "user", "greeter", …
	Type    string // "x11", "wayland", "tty", …
	Seat    string // "seat0" is the computer's own screen and keyboard
	Display string // the X display, where the login service knows it
	Scope   string // the unit that its processes are in
	Ending  bool   // its user has logged out; what is left is being ended
}

// Greeter reports whether this is a sign-in screen: nobody is logged in there.
func (s Session) Greeter() bool { return s.Class == "greeter" }

// Graphical reports whether there is a desktop, of whatever display server.
func (s Session) Graphical() bool { return s.Type == "x11" || s.Type == "wayland" || s.Type == "mir" }
