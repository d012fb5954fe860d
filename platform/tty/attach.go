package tty

// Attach gives a program of Windows' graphical subsystem what programs for a
// console have by themselves: output that goes to the console of whoever
// started it, where it was not redirected. It sets os.Stdout and os.Stderr, and
// reports whether anybody can read them. Elsewhere there is nothing to do.
//
// It is not for programs that stay: closing that console would end them.
func Attach() bool { return attach() }

// Notify shows a text to the person in front of the screen, where nobody reads
// the output of a program. It does not wait for an answer, and where nobody is
// there nothing happens. On systems other than Windows it does nothing.
func Notify(title, text string, failed bool) error { return notify(title, text, failed) }
