package acl

import (
	"slices"
	"strings"
	"testing"
)

const me = "S-1-5-21-1-2-3-1001"

// TestReplacers: descriptors as Windows 10 and 11 print them.
func TestReplacers(t *testing.T) {
	for _, c := range []struct{ name, sddl, want string }{
		{"root of a drive", "O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464G:SYD:PAI(A;OICIIO;SDGXGWGR;;;AU)(A;;LC;;;AU)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)", ""},
		{"Program Files", "O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464D:PAI(A;;FA;;;S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464)(A;CIIO;GA;;;S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464)(A;;0x1301bf;;;SY)(A;OICIIO;GA;;;SY)(A;;0x1301bf;;;BA)(A;OICIIO;GA;;;BA)(A;;0x1200a9;;;BU)(A;OICIIO;GXGR;;;BU)(A;OICIIO;GA;;;CO)(A;;0x1200a9;;;AC)", ""},
		{"a folder that a user made", "O:" + me + "D:AI(A;OICIID;FA;;;SY)", me},
		{"made at the root by an administrator", "O:BAD:AI(A;OICIID;FA;;;BA)(A;ID;0x1301bf;;;AU)(A;OICIIOID;SDGXGWGR;;;AU)", "AU"},
		{"everybody may write", "O:BAD:(A;OICI;FA;;;WD)(A;;FA;;;BA)", "WD"},
		{"users may delete children", "O:BAD:(A;;DT;;;BU)", "BU"},
		{"users may write by generic rights", "O:BAD:(A;;GW;;;BU)", "BU"},
		{"users may add files", "O:BAD:(A;;DC;;;BU)", "BU"},
		{"users may change the list", "O:BAD:(A;;RCWD;;;BU)", "BU"},
		{"a guest is denied, which helps nobody", "O:BAD:(D;;FA;;;BG)(A;;FA;;;BU)", "BU"},
		{"on a condition", `O:BAD:(XA;;FA;;;AU;(@User.Title=="PM" && (Member_of {SID(BA)})))`, "AU"},
		{"no list at all", "O:BAG:SY", "WD"},
		{"a list that is null", "O:BAD:NO_ACCESS_CONTROL", "WD"},
		{"an empty list", "O:BAD:P", ""},
		{"audited", "O:BAD:PAI(A;;FA;;;BA)S:AI(AU;SAFA;FA;;;WD)", ""},
		{"two of them", "O:" + me + "D:(A;;FA;;;" + me + ")(A;;FA;;;BU)(A;;FA;;;BU)", me + " BU"},
	} {
		got, err := Replacers(c.sddl)
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
		}
	}
	if got, err := Replacers("O:"+me+"D:(A;;FA;;;"+me+")", me); err != nil || got != nil {
		t.Errorf("who installs is no other: %q, %v", got, err)
	}
}

func TestMalformed(t *testing.T) {
	for _, s := range []string{
		"O", "X:BA", "O:BAD:(A;;FA;;;BA", "O:BAD:(A;;FA;;BA)", "O:BAD:(A;;XY;;;BA)",
		"O:BAD:(A;;FA;;;)", "O:BAD:(;;FA;;;BA)", "O:BAD:()", "O:BAD:(A;;FAF;;;BA)", "O:BAD:(A;;FA;;;BA)x",
		strings.Repeat("O:BA", 1<<19),
	} {
		if got, err := Replacers(s); err == nil {
			t.Errorf("Replacers(%.40q) = %q", s, got)
		}
	}
}

// TestDescriptors: what the installer makes, nobody else can change, and what
// is secret nobody else can read.
func TestDescriptors(t *testing.T) {
	const read = 0x1
	for name, sddl := range map[string]string{"Folder": Folder, "Program": Program, "Secret": Secret, "Key": Key} {
		if who, err := Replacers(sddl); err != nil || who != nil {
			t.Errorf("%s: %q, %v", name, who, err)
		}
		d, err := parse(sddl)
		if err != nil || d.open || d.owner != "BA" || !strings.Contains(sddl, "D:PAI") {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
		for _, e := range d.entries {
			others := !slices.Contains(trusted, e.account)
			if others && (name == "Secret" || name == "Key") {
				t.Errorf("%s: %s has rights", name, e.account)
			}
			if others && (e.rights != 0x1200a9 || e.flags != "") {
				t.Errorf("%s: %s has %#x, passed on by %q", name, e.account, e.rights, e.flags)
			}
			if e.rights&read == 0 {
				t.Errorf("%s: %s cannot read", name, e.account)
			}
		}
	}
}

func FuzzReplacers(f *testing.F) {
	f.Add(Folder)
	f.Add(`O:BAG:SYD:PAI(XA;;FA;;;AU;(@User.a=="b)"))S:(AU;SA;FA;;;WD)`)
	f.Add("D:NO_ACCESS_CONTROL")
	f.Add("O:D:(")
	f.Fuzz(func(t *testing.T, s string) {
		who, err := Replacers(s)
		if err != nil && who != nil {
			t.Errorf("%q and %v", who, err)
		}
		if err == nil && !strings.Contains(s, "D:") && len(who) == 0 {
			t.Errorf("%q has no list and is said to be safe", s)
		}
	})
}
