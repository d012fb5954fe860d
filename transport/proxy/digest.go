package proxy

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
)

// nonce makes the client's nonce.
func nonce() string {
	b := make([]byte, 16)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// hashes of Digest. MD5 is what proxies have; it protects the password on the
// way to the proxy and nothing of ours.
var hashes = map[string]func() hash.Hash{"": md5.New, "md5": md5.New, "sha-256": sha256.New}

// digest answers a Digest challenge (RFC 7616 section 3.4).
func (p Proxy) digest(c challenge, method, uri, cnonce string) (string, error) {
	algorithm := strings.ToLower(c.params["algorithm"])
	name, session := strings.CutSuffix(algorithm, "-sess")
	newHash := hashes[name]
	if newHash == nil {
		return "", fmt.Errorf("digest with %.40q is not supported", algorithm)
	}
	sum := func(parts ...string) string {
		h := newHash()
		h.Write([]byte(strings.Join(parts, ":")))
		return hex.EncodeToString(h.Sum(nil))
	}
	secret := sum(p.User, c.params["realm"], p.Password)
	if session {
		secret = sum(secret, c.params["nonce"], cnonce)
	}
	const count = "00000001"
	fields := []string{
		"username=" + quote(p.User), "realm=" + quote(c.params["realm"]), "nonce=" + quote(c.params["nonce"]), "uri=" + quote(uri),
	}
	what := sum(method, uri)
	switch {
	case hasWord(c.params["qop"], "auth"):
		fields = append(fields, "qop=auth", "nc="+count, "cnonce="+quote(cnonce),
			"response="+quote(sum(secret, c.params["nonce"], count, cnonce, "auth", what)))
	case c.params["qop"] == "": // as in RFC 2069
		fields = append(fields, "response="+quote(sum(secret, c.params["nonce"], what)))
	default:
		return "", fmt.Errorf("digest with the protection %.40q is not supported", c.params["qop"])
	}
	if algorithm != "" {
		fields = append(fields, "algorithm="+c.params["algorithm"]) // one that is known, so without quotes
	}
	if v, ok := c.params["opaque"]; ok {
		fields = append(fields, "opaque="+quote(v))
	}
	return "Digest " + strings.Join(fields, ", "), nil
}

// hasWord looks for a word in a list with commas.
func hasWord(list, word string) bool {
	for _, s := range strings.Split(list, ",") {
		if strings.EqualFold(strings.TrimSpace(s), word) {
			return true
		}
	}
	return false
}

// quote makes a quoted string. What came out of a challenge may hold anything
// but the end of a line, which a header cannot.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", "", "\n", "").Replace(s) + `"`
}
