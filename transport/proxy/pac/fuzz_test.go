package pac

import (
	"strings"
	"testing"
)

// FuzzParse: whatever a script answers, the routes are few and give no password.
// (Whether one is an address is for proxy.Parse to say.)
func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "DIRECT", "PROXY a:1; SOCKS b:2; DIRECT", "HTTPS a:1", "PROXY [::1]:8080;;", "PROXY :", "PROXY a:1 b:2", "PROXY u:p@a:1", "SOCKS5 a:99999", "PROXY a\r\n:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		routes, _ := Parse(answer)
		if len(routes) > maxRoutes {
			t.Errorf("%q makes %d routes", answer, len(routes))
		}
		for _, r := range routes {
			if strings.ContainsAny(r.Proxy, "@ \r\n") {
				t.Errorf("%q names %q", answer, r.Proxy)
			}
		}
	})
}
