package proxy

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"jump/transport/proxy/ntlm"
)

// challenge is one way in which a proxy lets a user prove who he is (RFC 9110
// section 11.3).
type challenge struct {
	scheme string // in lower case
	token  string // what stands alone behind the scheme (token68)
	params map[string]string
}

// proof is one way to answer challenges. Its texts are lines of a header.
type proof struct {
	scheme string // as in challenge; "": no proof at all
	first  string
	// second answers the token that the proxy gives for first, on the same
	// connection. nil: first is all.
	second func(token string) (string, error)
}

// proofs are the answers to what is offered, the best first: Digest and nothing
// else; NTLM, also under the name of Negotiate, and after that Basic, which shows
// the password, since some proxies know users that their domain does not.
func (p Proxy) proofs(offered []challenge, to string) (all []proof) {
	for _, c := range offered {
		if c.scheme != "digest" {
			continue
		}
		if s, err := p.digest(c, "CONNECT", to, nonce()); err == nil {
			return []proof{{scheme: c.scheme, first: authorization(s)}}
		}
	}
	for _, scheme := range []string{"ntlm", "negotiate", "basic"} {
		if !slices.ContainsFunc(offered, func(c challenge) bool { return c.scheme == scheme }) {
			continue
		}
		switch {
		case scheme == "basic":
			all = append(all, p.basic())
		case len(all) == 0: // who offers both means the same by both
			all = append(all, p.ntlm(scheme))
		}
	}
	return all
}

func authorization(s string) string { return "Proxy-Authorization: " + s + "\r\n" }

func (p Proxy) basic() proof {
	return proof{scheme: "basic", first: authorization("Basic " + base64.StdEncoding.EncodeToString([]byte(p.User+":"+p.Password)))}
}

// ntlm proves the password in two steps on one connection. What speaks Negotiate
// takes the messages of NTLM as they are, beside those of SPNEGO (MS-SPNG, the
// universal receiver); if it wants Kerberos it gives no token.
func (p Proxy) ntlm(scheme string) proof {
	name := map[string]string{"ntlm": "NTLM ", "negotiate": "Negotiate "}[scheme]
	line := func(message []byte) string {
		// Old proxies keep a connection only where they are asked to.
		return authorization(name+base64.StdEncoding.EncodeToString(message)) + "Proxy-Connection: Keep-Alive\r\n"
	}
	return proof{scheme, line(ntlm.Negotiate()), func(token string) (string, error) {
		said, err := base64.StdEncoding.DecodeString(token)
		if err != nil {
			return "", errors.New("its challenge is not in Base64")
		}
		answer, err := ntlm.Authenticate(said, p.User, p.Password)
		return line(answer), err
	}}
}

// maxChallenges bounds what is read of one answer.
const maxChallenges = 16

// parseChallenges reads the values of Proxy-Authenticate. What it does not
// understand it skips. The result is never nil.
func parseChallenges(values []string) []challenge {
	all := []challenge{}
	for _, v := range values {
		for len(all) < maxChallenges {
			var word string
			v = strings.TrimLeft(v, " \t,")
			if word, v = token(v); word == "" {
				break
			}
			rest := strings.TrimLeft(v, " \t")
			if !strings.HasPrefix(rest, "=") {
				c := challenge{scheme: strings.ToLower(word), params: map[string]string{}}
				c.token, v = token68(v)
				all = append(all, c)
				continue
			}
			var value string
			if value, v = parameter(rest[1:]); len(all) > 0 {
				all[len(all)-1].params[strings.ToLower(word)] = value
			}
		}
	}
	return all
}

// token takes a word from the front of s.
func token(s string) (word, rest string) {
	n := strings.IndexAny(s, " \t,=\"")
	if n < 0 {
		n = len(s)
	}
	return s[:n], s[n:]
}

// token68 takes what Base64 is among from the front of s, behind which there is
// nothing or a comma. If that is something else it takes nothing.
func token68(s string) (word, rest string) {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/"
	word = strings.TrimLeft(s, " \t")
	if word == s {
		return "", s
	}
	rest = strings.TrimLeft(strings.TrimLeft(word, letters), "=")
	word = word[:len(word)-len(rest)]
	if rest = strings.TrimLeft(rest, " \t"); rest != "" && rest[0] != ',' {
		return "", s
	}
	return word, rest
}

// parameter takes a word or a quoted string from the front of s.
func parameter(s string) (value, rest string) {
	s = strings.TrimLeft(s, " \t")
	if !strings.HasPrefix(s, `"`) {
		return token(s)
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}

func schemes(offered []challenge) string {
	var names []string
	for _, c := range offered {
		names = append(names, c.scheme)
	}
	return fmt.Sprintf("%.100q", strings.Join(names, ", "))
}
