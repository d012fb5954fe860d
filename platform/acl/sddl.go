package acl

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Rights on a folder, as winnt.h numbers them.
const (
	addFile     = 0x2
	deleteChild = 0x40
	deleteIt    = 0x10000
	writeDAC    = 0x40000
	writeOwner  = 0x80000
	genericAll  = 0x10000000
	genericWrit = 0x40000000

	// replace is what it takes to put something else in the place of what lies
	// in a folder, or to put a file beside it. To make further folders there is
	// none of it, which Windows allows every user at the root of a drive.
	replace = addFile | deleteChild | deleteIt | writeDAC | writeOwner | genericAll | genericWrit
)

// trusted are those who own the machine anyway: the system, the administrators
// and the account 500 among them, and the installer of Windows itself. Creator
// owner is a placeholder in what children inherit, which no token ever has.
var trusted = []string{
	"SY", "S-1-5-18", "BA", "S-1-5-32-544", "LA", "CO", "S-1-3-0",
	"S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
}

// Replacers returns who, beside those who own the machine and the accounts of
// also, could replace what lies in a folder with this descriptor: account
// names of SDDL or SIDs, each once. A descriptor without a list is open to all
// (WD). Entries that deny are not counted in anybody's favour.
func Replacers(sddl string, also ...string) ([]string, error) {
	d, err := parse(sddl)
	if err != nil {
		return nil, fmt.Errorf("read a security descriptor: %w", err)
	}
	var who []string
	add := func(account string) {
		if !slices.Contains(trusted, account) && !slices.Contains(also, account) && !slices.Contains(who, account) {
			who = append(who, account)
		}
	}
	if d.owner != "" {
		add(d.owner)
	}
	if d.open {
		add("WD")
	}
	for _, e := range d.entries {
		if e.allows() && e.rights&replace != 0 {
			add(e.account)
		}
	}
	return who, nil
}

// descriptor is what of a security descriptor matters here.
type descriptor struct {
	owner   string
	open    bool // it has no list, which allows everybody everything
	entries []entry
}

// entry is one line of an access list (ACE).
type entry struct {
	kind    string // A, D, XA, …
	flags   string // two letters each
	rights  uint32
	account string
}

// allows reports whether the entry gives rights on this very folder.
func (e entry) allows() bool {
	for f := range slices.Chunk([]byte(e.flags), 2) {
		if string(f) == "IO" { // inherit only
			return false
		}
	}
	return e.kind == "A" || e.kind == "XA" || e.kind == "OA" || e.kind == "ZA"
}

// maxSDDL bounds what is read; the longest list of Windows has 64 KiB of
// binary.
const maxSDDL = 1 << 20

var errMalformed = errors.New("malformed")

// parse reads O:owner G:group D:flags(entry)… S:…, where any part may be
// missing.
func parse(sddl string) (descriptor, error) {
	d := descriptor{open: true}
	if len(sddl) > maxSDDL {
		return d, errors.New("too long")
	}
	for sddl != "" {
		if len(sddl) < 2 || sddl[1] != ':' {
			return d, errMalformed
		}
		end := partEnd(sddl)
		body := sddl[2:end]
		switch sddl[0] {
		case 'O':
			d.owner = body
		case 'D':
			if err := d.list(body); err != nil {
				return d, err
			}
		case 'G', 'S':
		default:
			return d, errMalformed
		}
		sddl = sddl[end:]
	}
	return d, nil
}

// partEnd returns where the part at the beginning ends: before the next letter
// with a colon that is not inside parentheses.
func partEnd(s string) int {
	depth := 0
	for i := 2; i < len(s); i++ {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ':':
			if depth == 0 {
				return max(i-1, 2)
			}
		}
	}
	return len(s)
}

// list reads the flags and entries of a DACL.
func (d *descriptor) list(s string) error {
	begin := strings.IndexByte(s, '(')
	if begin < 0 {
		begin = len(s)
	}
	d.open = strings.Contains(s[:begin], "NO_ACCESS_CONTROL")
	for s = s[begin:]; s != ""; {
		end := closing(s)
		if s[0] != '(' || end < 0 {
			return errMalformed
		}
		e, err := parseEntry(s[1:end])
		if err != nil {
			return err
		}
		d.entries = append(d.entries, e)
		s = s[end+1:]
	}
	return nil
}

// closing returns where the parenthesis at the beginning is closed, or -1.
func closing(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// parseEntry reads type;flags;rights;object;inherited object;account[;condition].
func parseEntry(s string) (entry, error) {
	f := strings.SplitN(s, ";", 7)
	if len(f) < 6 || f[0] == "" || f[5] == "" {
		return entry{}, errMalformed
	}
	rights, err := parseRights(f[2])
	return entry{kind: f[0], flags: f[1], rights: rights, account: f[5]}, err
}

// rightNames are those of SDDL (Windows' sddl.h).
var rightNames = map[string]uint32{
	"GA": genericAll, "GR": 0x80000000, "GW": genericWrit, "GX": 0x20000000,
	"RC": 0x20000, "SD": deleteIt, "WD": writeDAC, "WO": writeOwner,
	"CC": 0x1, "DC": addFile, "LC": 0x4, "SW": 0x8, "RP": 0x10, "WP": 0x20,
	"DT": deleteChild, "LO": 0x80, "CR": 0x100,
	"FA": 0x1f01ff, "FR": 0x120089, "FW": 0x120116, "FX": 0x1200a0,
	"KA": 0xf003f, "KR": 0x20019, "KW": 0x20006, "KX": 0x20019,
}

// parseRights reads a number, or names of two letters without anything between.
func parseRights(s string) (uint32, error) {
	if n, err := strconv.ParseUint(s, 0, 32); err == nil {
		return uint32(n), nil
	}
	var sum uint32
	for name := range slices.Chunk([]byte(s), 2) {
		r, ok := rightNames[string(name)]
		if !ok {
			return 0, fmt.Errorf("%.8q is no right", name)
		}
		sum |= r
	}
	return sum, nil
}
