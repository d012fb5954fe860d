package input

import "github.com/go-vgo/robotgo/win"

// quiet turns off robotgo's own delays.
func quiet() { win.KeySleep, win.MouseSleep = 0, 0 }

func moveTo(x, y int) { win.Move(x, y) }

func toggleButton(name, way string) error { return win.Toggle(name, way) }

func toggleKey(name, way string) error { return win.KeyToggle(name, way) }

func scroll(x, y int) { win.Scroll(x, y, 0) }

func typeText(s string) { win.Type(s) }
