package xkb

import "unicode"

// Keysyms that mean more than a character (keysymdef.h).
const (
	BackSpace  = 0xFF08
	Tab        = 0xFF09
	Return     = 0xFF0D
	Escape     = 0xFF1B
	ModeSwitch = 0xFF7E
	NumLock    = 0xFF7F
	KPFirst    = 0xFF80 // KP_Space, the first key of the number block
	KPLast     = 0xFFBD // KP_Equal, the last
	ShiftL     = 0xFFE1
	ShiftR     = 0xFFE2
	ControlL   = 0xFFE3
	MetaL      = 0xFFE7
	MetaR      = 0xFFE8
	AltL       = 0xFFE9
	AltR       = 0xFFEA
	SuperL     = 0xFFEB
	SuperR     = 0xFFEC
	HyperL     = 0xFFED
	HyperR     = 0xFFEE
	Level3     = 0xFE03 // ISO_Level3_Shift, AltGr
	Level5     = 0xFE11 // ISO_Level5_Shift

	deadFirst   = 0xFE50
	deadLast    = 0xFE93
	unicodeBase = 0x01000000
)

// Rune returns the character that a keysym stands for, or 0.
func Rune(sym uint32) rune {
	switch {
	case sym >= 0x20 && sym < 0x7F, sym >= 0xA0 && sym <= 0xFF:
		return rune(sym)
	case sym > unicodeBase && sym <= unicodeBase+unicode.MaxRune:
		return rune(sym - unicodeBase)
	}
	page := legacy[sym>>8]
	if i := sym&0xFF - page.First; i < uint32(len(page.Chars)) && sym&0xFF >= page.First {
		return page.Chars[i]
	}
	return 0
}

// Sym returns a keysym for a character, or 0 for a control character that no
// key makes.
func Sym(r rune) uint32 {
	switch {
	case r == '\n' || r == '\r':
		return Return
	case r == '\t':
		return Tab
	case r == '\b':
		return BackSpace
	case r == 0x1B:
		return Escape
	case r < 0x20 || r >= 0x7F && r < 0xA0 || r > unicode.MaxRune:
		return 0
	case r <= 0xFF:
		return uint32(r)
	}
	return unicodeBase + uint32(r)
}

// Function reports whether a keysym names a key rather than a character: it is
// struck with whatever is held beside it. The number block and the dead keys,
// which have levels, count as characters.
func Function(sym uint32) bool {
	switch {
	case sym >= KPFirst && sym <= KPLast, sym >= deadFirst && sym <= deadLast:
		return false
	}
	return sym >= 0xFD00 && sym <= 0xFFFF || sym >= 0x10000000
}
