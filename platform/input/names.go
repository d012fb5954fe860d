package input

import (
	"fmt"
	"unicode"

	"jump/platform/x11/xkb"
)

// robotNames are robotgo's names of the keys that are no characters, by keysym
// (keysymdef.h).
var robotNames = map[uint32]string{
	0xFF08: "backspace", 0xFF09: "tab", 0xFE20: "tab", 0xFF0D: "enter", 0xFF1B: "escape", 0xFFFF: "delete", 0x20: "space",
	0xFF50: "home", 0xFF51: "left", 0xFF52: "up", 0xFF53: "right", 0xFF54: "down", 0xFF55: "pageup", 0xFF56: "pagedown", 0xFF57: "end",
	0xFF61: "print", 0xFF63: "insert", 0xFF67: "menu", 0xFF13: "pause", 0xFF14: "scroll_lock", 0xFF7F: "num_lock", 0xFFE5: "capslock",
	0xFFE1: "shiftl", 0xFFE2: "shiftr", 0xFFE3: "ctrll", 0xFFE4: "ctrlr", 0xFFE7: "cmdl", 0xFFE8: "cmdr", 0xFFE9: "altl", 0xFFEA: "altr",
	0xFFEB: "cmdl", 0xFFEC: "cmdr",
	0xFF8D: "num_enter", 0xFFAA: "num*", 0xFFAB: "num+", 0xFFAD: "num-", 0xFFAE: "num.", 0xFFAC: "num.", 0xFFAF: "num/",
}

// Ranges of keysyms with numbers in their names.
const (
	symF1, symF24 = 0xFFBE, 0xFFD5
	symKP0, symKP = 0xFFB0, 0xFFB9
)

// robotName returns robotgo's name for a key, if it has one: keys that can be
// held. Characters have names in ASCII only.
func robotName(sym uint32) (string, bool) {
	if name, ok := robotNames[sym]; ok {
		return name, true
	}
	switch {
	case sym >= symF1 && sym <= symF24:
		return fmt.Sprintf("f%d", sym-symF1+1), true
	case sym >= symKP0 && sym <= symKP:
		return fmt.Sprintf("num%d", sym-symKP0), true
	}
	if r := xkb.Rune(sym); r > ' ' && r <= unicode.MaxASCII {
		return string(unicode.ToLower(r)), true
	}
	return "", false
}
