package pac

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// world is a small network: Thursday, 29 February 2024, 12:30.
func world() World {
	return World{
		Lookup: func(_ context.Context, host string) ([]string, error) {
			if a := map[string][]string{"in.example.com": {"10.1.2.3"}, "v6.example.com": {"2001:db8::5", "192.0.2.5"}}[host]; a != nil {
				return a, nil
			}
			return nil, errors.New("no such host")
		},
		Mine: func() []string { return []string{"10.1.0.9", "2001:db8::9"} },
		Now:  func() time.Time { return time.Date(2024, 2, 29, 12, 30, 0, 0, time.Local) },
	}
}

// run evaluates the body of FindProxyForURL and returns the routes in one text.
func run(t testing.TB, body, address string) string {
	routes, unusable, err := Evaluate(t.Context(), "function FindProxyForURL(url, host) {"+body+"\n}", address, world())
	if err != nil {
		return "error: " + err.Error()
	}
	var texts []string
	for _, r := range routes {
		if r.Proxy == "" {
			r.Proxy = "direct"
		}
		texts = append(texts, r.Proxy)
	}
	return strings.Join(append(texts, unusable...), " ")
}

// TestIdioms are scripts as they are found in companies, schools and lists.
func TestIdioms(t *testing.T) {
	const p = "http://proxy.corp.example:8080"
	for name, c := range map[string]struct{ body, want string }{
		"plain":           {`if (isPlainHostName(host) || dnsDomainIs(host, ".corp.example")) return "DIRECT"; else return "PROXY proxy.corp.example:8080; DIRECT";`, p + " direct"},
		"private nets":    {`if (isInNet(dnsResolve(host), "10.0.0.0", "255.0.0.0") || isInNet(host, "172.16.0.0", "255.240.0.0")) { return "DIRECT" } return "PROXY proxy.corp.example:8080"`, p},
		"resolved first":  {`var ip = dnsResolve(host); if (ip && isInNet(ip, "10.0.0.0", "255.0.0.0")) return "DIRECT"; return "PROXY proxy.corp.example:8080"`, p},
		"by location":     {`if (isInNet(myIpAddress(), "10.1.0.0", "255.255.0.0")) return "PROXY proxy.corp.example:8080; PROXY b:3128"; return "DIRECT"`, p + " http://b:3128"},
		"wildcards":       {`if (shExpMatch(host, "*.example.com") && shExpMatch(url, "https:*")) return "PROXY proxy.corp.example:8080"; return "DIRECT"`, p},
		"url parts":       {`if (url.substring(0, 5) == "http:") { return "PROXY a:1" } else if (url.substring(0, 6) == "https:") { return "PROXY proxy.corp.example:8080" } else { return "DIRECT" }`, p},
		"lower case":      {`url = url.toLowerCase(); host = host.toLowerCase(); if (host == "out.example.com") return "SOCKS5 s:1080; SOCKS t:1080"`, "socks5://s:1080 socks5://t:1080"},
		"regex":           {`if (/^https?:\/\/([^\/]+\.)?example\.com(:\d+)?\//i.test(url)) return "PROXY proxy.corp.example:8080"; return "DIRECT"`, p},
		"list":            {`var direct = ["a.example", "b.example"]; for (var i = 0; i < direct.length; i++) { if (dnsDomainIs(host, direct[i])) return "DIRECT" } return "PROXY proxy.corp.example:8080"`, p},
		"hash of domains": {`var domains = {"example.com": 1, "example.org": 1}; var suffix, pos = host.lastIndexOf("."); pos = host.lastIndexOf(".", pos - 1); while (1) { if (pos <= 0) { return domains.hasOwnProperty(host) ? "PROXY a:1" : "DIRECT" } suffix = host.substring(pos + 1); if (domains.hasOwnProperty(suffix)) return "PROXY proxy.corp.example:8080"; pos = host.lastIndexOf(".", pos - 1) }`, p},
		"balanced":        {`var h = 0; for (var i = 0; i < host.length; i++) { h = (h * 31 + host.charCodeAt(i)) & 0xffff } var all = ["PROXY proxy.corp.example:8080", "PROXY proxy.corp.example:8080"]; return all[h % all.length]`, p},
		"switch":          {`switch (myIpAddress().split(".")[1]) { case "1": return "PROXY proxy.corp.example:8080"; default: return "DIRECT" }`, p},
		"inner functions": {`function inside(h) { return isPlainHostName(h) || h.match(/\.corp\.example$/) != null } var proxy = "PROXY proxy.corp.example:8080"; return inside(host) ? "DIRECT" : proxy`, p},
		"modern":          {"const list = ['x.com', 'example.com']; if (list.some(d => host === d || host.endsWith(`.${d}`))) return 'PROXY proxy.corp.example:8080'; return 'DIRECT'", p},
		"hours":           {`if (weekdayRange("MON", "FRI") && timeRange(8, 18) && dateRange("JAN", "MAR")) return "PROXY proxy.corp.example:8080"; return "DIRECT"`, p},
		"guarded":         {`try { alert("x"); if (typeof dnsResolveEx == "function") return "PROXY proxy.corp.example:8080" } catch (e) { return "DIRECT" }`, p},
		"own helper":      {`function dnsDomainIs(h, d) { return false } if (dnsDomainIs(host, ".com")) return "DIRECT"; return "PROXY proxy.corp.example:8080"`, p},
		"https proxy":     {`return "HTTPS secure.example:443; PROXY proxy.corp.example:8080"`, p + ` "HTTPS secure.example:443"`},
		"no port":         {`return "PROXY proxy.corp.example"`, "http://proxy.corp.example"},
		"nothing":         {`if (false) return "PROXY x:1"`, ""},
		"null":            {`return null`, ""},
		"a password":      {`return "PROXY anne:secret@evil:1"`, `"PROXY anne:secret@evil:1"`},
		"too many":        {`return new Array(100).join("PROXY a:1;")`, strings.TrimSpace(strings.Repeat("http://a:1 ", 8))},
		"too long":        {`return new Array(10000).join("PROXY a:1;")`, "an answer of 99990 bytes"},
		"fails":           {`return nix.nix`, `error: the script fails: "nix is not defined"`},
	} {
		if got := run(t, c.body, "out.example.com:443"); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestFunctions(t *testing.T) {
	for call, want := range map[string]string{
		`isPlainHostName("pc") + "" + isPlainHostName("pc.x")`:                                  "truefalse",
		`localHostOrDomainIs("www", "www.x.com") + "" + localHostOrDomainIs("ww", "www.x.com")`: "truefalse",
		`dnsDomainLevels("a.b.c")`:                                                                 "2",
		`isResolvable("in.example.com") + "" + isResolvable("nix")`:                                "truefalse",
		`dnsResolve("v6.example.com") + dnsResolve("nix")`:                                         "192.0.2.5null",
		`dnsResolveEx("v6.example.com")`:                                                           "2001:db8::5;192.0.2.5",
		`isInNetEx("v6.example.com", "2001:db8::/32") + "" + isInNetEx("10.0.0.1", "10.0.0.0/33")`: "truefalse",
		`myIpAddress() + myIpAddressEx()`:                                                          "10.1.0.910.1.0.9;2001:db8::9",
		`sortIpAddressList("10.2.3.9;2001:db8::1;10.1.1.1")`:                                       "2001:db8::1;10.1.1.1;10.2.3.9",
		`convert_addr("1.2.3.4")`:                                                                  "16909060",
		`shExpMatch("http://a/b/c", "*/b/*") + "" + shExpMatch("abc", "a?d") + shExpMatch("", "*") + shExpMatch("a.b", "a.b*")`:                              "truefalsetruetrue",
		`weekdayRange("THU") + "" + weekdayRange("SAT", "MON") + weekdayRange("FRI", "THU")`:                                                                 "truefalsetrue",
		`timeRange(12) + "" + timeRange(12, 13) + timeRange(9, 12) + timeRange(12, 30, 12, 30) + timeRange(22, 13) + timeRange(0, 0, 0, 23, 59, 59)`:         "truetruefalsetruetruetrue",
		`dateRange(29) + "" + dateRange("FEB") + dateRange(2023) + dateRange(1, 28) + dateRange("DEC", "FEB") + dateRange(2020, 2025)`:                       "truetruefalsefalsetruetrue",
		`dateRange(1, "FEB", 1, "MAR") + "" + dateRange("JAN", 2024, "FEB", 2024) + dateRange(29, "FEB", 2024) + dateRange(1, "JAN", 2020, 28, "FEB", 2024)`: "truetruetruefalse",
	} {
		got := run(t, `return "IS " + `+fmt.Sprintf("(%s)", call)+`.toString().replace(/;/g, ",")`, "a.example:443")
		want = `"IS ` + strings.ReplaceAll(want, ";", ",") + `"`
		if got != want {
			t.Errorf("%s: %s, want %s", call, got, want)
		}
	}
}

// TestBounds: a script that goes on without end ends, and so do its questions.
func TestBounds(t *testing.T) {
	if got := run(t, `while (1);`, "a:1"); !strings.Contains(got, "too many steps") {
		t.Error(got)
	}
	n := 0
	w := world()
	w.Lookup = func(context.Context, string) ([]string, error) { n++; return nil, errors.New("no") }
	if _, _, err := Evaluate(t.Context(), `function FindProxyForURL() { for (var i = 0; i < 1000; i++) dnsResolve("a" + i) }`, "a:1", w); err != nil || n != maxLookups {
		t.Errorf("%d lookups, %v", n, err)
	}
	if _, _, err := Evaluate(t.Context(), `<html>`, "a:1", w); err == nil {
		t.Error("a page is taken for a script")
	}
}

func TestPlaces(t *testing.T) {
	got := strings.Join(Places([]string{"corp.example.com", "com", "co.uk", "example.de.", "", "a b.c", "example.co.uk", "x.y"}), " ")
	want := "http://wpad.corp.example.com/wpad.dat http://wpad.example.de/wpad.dat http://wpad.example.co.uk/wpad.dat"
	if got != want {
		t.Errorf("%s", got)
	}
}

// FuzzEvaluate: whatever a script answers, a route is an address and no more.
func FuzzEvaluate(f *testing.F) {
	f.Add(`return "PROXY a:1; SOCKS b:2; DIRECT"`)
	f.Add(`return dateRange(1, "JAN", 2020, 2) + timeRange(1, 2, 3) + sortIpAddressList("::1;x") + shExpMatch(url, "*a*?")`)
	f.Fuzz(func(t *testing.T, body string) {
		routes, _, err := Evaluate(t.Context(), "function FindProxyForURL(url, host) {"+body+"\n}", "a.example:443", world())
		if err != nil && strings.Contains(err.Error(), "could not be run") {
			t.Fatal(err)
		}
		for _, r := range routes {
			if strings.ContainsAny(r.Proxy, "@ \r\n") {
				t.Errorf("%q", r.Proxy)
			}
		}
	})
}
