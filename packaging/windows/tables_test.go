package windows

import (
	"slices"
	"strings"
	"testing"

	"jump/platform/acl"
)

// rows returns a table of the sample MSI, its fields by column.
func rows(t *testing.T, msi []byte, table string) []map[string]string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(strings.ReplaceAll(msiinfo(t, msi, "export", table), "\r", "")), "\n")
	columns := strings.Split(lines[0], "\t")
	var all []map[string]string
	for _, line := range lines[3:] { // names, types, table
		row := map[string]string{}
		for i, field := range strings.Split(line, "\t") {
			row[columns[i]] = field
		}
		all = append(all, row)
	}
	return all
}

// column returns one column by another.
func column(t *testing.T, msi []byte, table, key, value string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, row := range rows(t, msi, table) {
		all[row[key]] = row[value]
	}
	return all
}

// TestTables is what wine cannot prove: hidden properties, access lists, and
// the order of an upgrade.
func TestTables(t *testing.T) {
	msi := made(t, sample)
	p := column(t, msi, "Property", "Property", "Value")
	if p["MsiHiddenProperties"] != "KEY_INFO;PROXY" {
		t.Errorf("hidden: %q", p["MsiHiddenProperties"])
	}
	if p["UpgradeCode"] != "{5B3C0C3E-7D0B-4E3C-9C0A-6B1E5D1F7A42}" {
		t.Errorf("the upgrade code is %s: installed clients would not be upgraded", p["UpgradeCode"])
	}
	secure := strings.Split(p["SecureCustomProperties"], ";")
	for _, name := range []string{"KEY_INFO", "INSTALLDIR", "JC_NAME", "JC_JUMP_GROUP", "JC_TAG", "JC_COMMENTS", "PROXY"} {
		if !slices.Contains(secure, name) {
			t.Errorf("%s does not reach the installing half: %q", name, secure)
		}
		if _, set := p[name]; set {
			t.Errorf("%s has a default", name)
		}
	}
	if locks := rows(t, msi, "MsiLockPermissionsEx"); len(locks) != 1 || locks[0]["LockObject"] != "Key" || locks[0]["SDDLText"] != acl.Key {
		t.Errorf("locks: %v", locks)
	}
	if actions := rows(t, msi, "CustomAction"); len(actions) != 0 {
		t.Errorf("custom actions: %v", actions)
	}
}

// TestValues: texts of the command line reach the registry as they are.
func TestValues(t *testing.T) {
	values := column(t, made(t, sample), "Registry", "Name", "Value")
	for name, property := range map[string]string{
		"key_info": "KEY_INFO", "jc_name": "JC_NAME", "jc_jump_group": "JC_JUMP_GROUP", "jc_tag": "JC_TAG", "jc_comments": "JC_COMMENTS", "proxy": "PROXY",
	} {
		if want := "=[" + property + "]"; values[name] != want {
			t.Errorf("%s is %q, want %q", name, values[name], want)
		}
	}
}

// TestService: one service of the system's account that Windows starts, stops
// and removes.
func TestService(t *testing.T) {
	msi := made(t, sample)
	s := rows(t, msi, "ServiceInstall")
	if len(s) != 1 || s[0]["StartName"] != "LocalSystem" || s[0]["StartType"] != "2" || s[0]["ServiceType"] != "16" ||
		s[0]["Arguments"] != "service --msi" {
		t.Errorf("%v", s)
	}
	const startStopRemove = "163" // 1 start and 2 stop when installed, 32 stop and 128 remove when uninstalled
	if c := rows(t, msi, "ServiceControl"); len(c) != 1 || c[0]["Event"] != startStopRemove || c[0]["Wait"] != "1" {
		t.Errorf("%v", c)
	}
}

// TestSequence: a client learns that it is uninstalled before it is stopped, and
// an upgrade keeps what both products consist of.
func TestSequence(t *testing.T) {
	at := column(t, made(t, sample), "InstallExecuteSequence", "Action", "Sequence")
	for _, c := range [][2]string{
		{"InstallInitialize", "RemoveRegistryValues"}, {"RemoveRegistryValues", "StopServices"}, {"StopServices", "RemoveFiles"},
		{"WriteRegistryValues", "StartServices"}, {"InstallFinalize", "RemoveExistingProducts"},
		{"FindRelatedProducts", "LaunchConditions"}, {"AppSearch", "LaunchConditions"},
	} {
		if a, b := at[c[0]], at[c[1]]; len(a) > len(b) || len(a) == len(b) && a >= b || a == "" {
			t.Errorf("%s is at %q, %s at %q", c[0], a, c[1], b)
		}
	}
}
