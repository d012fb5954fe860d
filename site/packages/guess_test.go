package packages

import "testing"

func TestGuess(t *testing.T) {
	const mozilla = "Mozilla/5.0 ("
	for agent, want := range map[string]string{
		mozilla + "Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36": "win64-exe",
		mozilla + "Windows NT 10.0; ARM64; rv:140.0) Gecko/20100101 Firefox/140.0":                                 "winarm64-exe",
		mozilla + "Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15":           "mac",
		mozilla + "X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                      "linux-x64",
		mozilla + "X11; Linux aarch64) AppleWebKit/537.36 Chrome/156.0":                                            "linux-arm64",
		mozilla + "X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                              "linux-x64",
		mozilla + "Linux; Android 10; K) AppleWebKit/537.36 Chrome/156.0 Mobile":                                   "",
		mozilla + "iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15":                                 "",
		mozilla + "X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/156.0":                                    "",
		"curl/7.88.1": "", "": "",
	} {
		if p, ok := Guess(Visitor{UserAgent: agent}); p.ID != want || ok != (want != "") {
			t.Errorf("%q: %q, want %q", agent, p.ID, want)
		}
	}
	for v, want := range map[Visitor]string{
		{Platform: `"Windows"`}:                                             "win64-exe",
		{Platform: `"Windows"`, Arch: `"arm"`}:                              "winarm64-exe",
		{Platform: `"macOS"`, Arch: `"arm"`}:                                "mac",
		{Platform: `"Linux"`, UserAgent: mozilla + "Windows NT 10.0)"}:      "linux-x64",
		{Platform: `"Android"`, UserAgent: mozilla + "X11; Linux x86_64)"}:  "",
		{Platform: `"Chrome OS"`, UserAgent: mozilla + "Windows NT 10.0)"}:  "",
		{Platform: `"<script>"`, UserAgent: mozilla + "X11; Linux x86_64)"}: "",
	} {
		if p, _ := Guess(v); p.ID != want {
			t.Errorf("%+v: %q, want %q", v, p.ID, want)
		}
	}
}

// TestDefault: what an installer was made for counts on a computer where it
// runs, and nothing is offered that is not there if something else is.
func TestDefault(t *testing.T) {
	windows := Visitor{Platform: `"Windows"`}
	linux := Visitor{Platform: `"Linux"`}
	for _, c := range []struct {
		there   []string
		visitor Visitor
		made    string
		want    string
	}{
		{nil, windows, "", "win64-exe"},
		{[]string{"win64-exe", "win64-msi"}, windows, "win64-msi", "win64-msi"},
		{[]string{"win64-exe", "linux-x64"}, windows, "linux-headless-x64", "win64-exe"},
		{[]string{"linux-x64", "linux-headless-x64"}, linux, "linux-headless-x64", "linux-headless-x64"},
		{[]string{"win64-msi"}, windows, "", "win64-msi"},
		{[]string{"mac"}, windows, "", "win64-exe"},
		{[]string{"mac", "linux-x64"}, Visitor{}, "linux-x64", "linux-x64"},
		{[]string{"linux-x64"}, Visitor{}, "", "linux-x64"},
		{nil, Visitor{}, "", ""},
		{nil, Visitor{}, "nonsense", ""},
	} {
		dir := t.TempDir()
		var all []Package
		for _, id := range c.there {
			all = append(all, put(t, dir, id, id))
		}
		putList(t, dir, all...)
		if got := At(dir).Default(c.visitor, c.made); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}
