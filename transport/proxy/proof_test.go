package proxy

import (
	"reflect"
	"strings"
	"testing"
)

func TestChallenges(t *testing.T) {
	got := parseChallenges([]string{`Negotiate, Basic realm="a \"b\", c" ,Digest nonce=x,qop = "auth"`, "NTLM", "NTLM TlRM/+==", "Negotiate YII , Basic"})
	want := []challenge{
		{scheme: "negotiate"}, {scheme: "basic", params: map[string]string{"realm": `a "b", c`}},
		{scheme: "digest", params: map[string]string{"nonce": "x", "qop": "auth"}}, {scheme: "ntlm"},
		{scheme: "ntlm", token: "TlRM/+=="}, {scheme: "negotiate", token: "YII"}, {scheme: "basic"},
	}
	for i := range want {
		if want[i].params == nil {
			want[i].params = map[string]string{}
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestOrder: what is tried of what a proxy offers.
func TestOrder(t *testing.T) {
	const digest, broken = `Digest realm="a", nonce="b", qop="auth"`, `Digest algorithm=MD4`
	for _, c := range [][]string{
		{"", ""}, {"", "Kerberos"}, {"basic", `Basic realm="a"`}, {"ntlm", "NTLM"}, {"negotiate", "Negotiate"},
		{"ntlm", "Negotiate", "NTLM"}, {"ntlm basic", `Basic realm="a"`, "Negotiate", "NTLM"}, {"negotiate basic", "Negotiate", "Basic"},
		{"digest", `Basic realm="a"`, "NTLM", digest}, {"ntlm basic", "Basic", broken, "NTLM"},
	} {
		var got []string
		for _, with := range (Proxy{User: "anne"}).proofs(parseChallenges(c[1:]), "a:1") {
			got = append(got, with.scheme)
		}
		if strings.Join(got, " ") != c[0] {
			t.Errorf("%q: %q, want %q", c[1:], got, c[0])
		}
	}
}

// FuzzChallenges: whatever a proxy asks, the answer is one line, or none.
func FuzzChallenges(f *testing.F) {
	f.Add(`Digest realm="a", qop="auth", nonce="b", opaque="c", algorithm=MD5-sess`)
	f.Add(`Basic realm="a \"b\"", Negotiate abc==`)
	f.Add(`=,="`)
	f.Add(`NTLM TlRMTVNTUAACAAAADAAMADgAAAAzgoriASNFZ4mrze8AAAAAAAAAACQAJABEAAAABgBwFwAAAA9TAGUAcgB2AGUAcgACAAwARABvAG0AYQBpAG4AAQAMAFMAZQByAHYAZQByAAAAAAA=`)
	f.Fuzz(func(t *testing.T, text string) {
		p := Proxy{User: "anne", Password: "secret"}
		asked := parseChallenges([]string{text, text})
		for _, with := range p.proofs(asked, "a:1") {
			lines := []string{with.first}
			for _, c := range asked {
				if with.second != nil && c.token != "" {
					if line, err := with.second(c.token); err == nil {
						lines = append(lines, line)
					}
				}
			}
			check(t, text, lines)
		}
	})
}

// check looks whether each text is one or two whole lines.
func check(t *testing.T, asked string, lines []string) {
	for _, line := range lines {
		body, whole := strings.CutSuffix(line, "\r\n")
		if body, _ = strings.CutSuffix(body, "\r\nProxy-Connection: Keep-Alive"); !whole || strings.ContainsAny(body, "\r\n") {
			t.Errorf("%q is answered with other lines: %q", asked, line)
		}
		if strings.Contains(line, "secret") && !strings.Contains(asked, "secret") {
			t.Errorf("%q gets the password: %q", asked, line)
		}
	}
}
