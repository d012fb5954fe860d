package proxy

import (
	"strings"
	"testing"
)

// TestDigest has the examples of RFC 7616 section 3.9.1 and RFC 2617 section 3.5.
func TestDigest(t *testing.T) {
	const uri, cnonce = "/dir/index.html", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
	const nonce7616 = `nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
	for _, c := range []struct{ challenge, password, cnonce, response string }{
		{`Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, ` + nonce7616, "Circle of Life", cnonce,
			"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
		{`Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, ` + nonce7616, "Circle of Life", cnonce,
			"8ca523f5e9506fed4657c9700eebdbec"},
		{`Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"`,
			"Circle Of Life", "0a4f113b", "6629fae49393a05397450978507c4ef1"},
	} {
		p := Proxy{User: "Mufasa", Password: c.password}
		got, err := p.digest(parseChallenges([]string{c.challenge})[0], "GET", uri, c.cnonce)
		if err != nil || !strings.Contains(got, `response="`+c.response+`"`) {
			t.Errorf("%s: %s, %v", c.challenge, got, err)
		}
	}
}
