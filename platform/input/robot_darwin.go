package input

import "github.com/go-vgo/robotgo/darwin"

// This has been built, but never run on a Mac. It needs the permission
// "Accessibility"; without it macOS drops what is sent.

// quiet turns off robotgo's own delays.
func quiet() { darwin.KeySleep, darwin.MouseSleep = 0, 0 }

func moveTo(x, y int) { darwin.Move(x, y) }

func toggleButton(name, way string) error { return darwin.Toggle(name, way) }

func toggleKey(name, way string) error { return darwin.KeyToggle(name, way) }

func scroll(x, y int) { darwin.Scroll(x, y, 0) }

func typeText(s string) { darwin.Type(s) }
