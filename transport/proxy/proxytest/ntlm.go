package proxytest

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// Domain is that of User where a proxy asks with NTLM.
const Domain = "CORP"

// Login is what to write as the user for a proxy.
func (k Kind) Login() string {
	if k == NTLM || k == Negotiate {
		return Domain + `\` + User
	}
	return User
}

// passwordHash is MD4 of Password in UTF-16, which is all that a domain
// controller knows of it.
const passwordHash = "c8bf455e42072e3b297bb4b2417e0ab5"

// targetInfo says the domain, the computer and the time, as Windows does.
var targetInfo = slicesOf("02000800", utf16("CORP"), "01000a00", utf16("PROXY"), "07000800", "0068e6ab7c13da01", "00000000")

func slicesOf(texts ...string) (b []byte) {
	for _, s := range texts {
		part, err := hex.DecodeString(s)
		if err != nil {
			panic(err)
		}
		b = append(b, part...)
	}
	return b
}

// utf16 is a text of ASCII as Windows writes it, in hexadecimal.
func utf16(s string) string {
	return hex.EncodeToString([]byte(strings.Join(strings.Split(s, ""), "\x00") + "\x00"))
}

// serveNTLM answers requests on one connection until one of them may pass, and
// knows who is there by what was said on it before.
func (s *Server) serveNTLM(c net.Conn, scheme string, body func(string) string) {
	in := bufio.NewReader(c)
	var nonce []byte // that was asked with on this connection
	for {
		r, err := http.ReadRequest(in)
		if err != nil || r.Method != http.MethodConnect {
			return
		}
		said, _ := strings.CutPrefix(r.Header.Get("Proxy-Authorization"), scheme+" ")
		message, err := base64.StdEncoding.DecodeString(said)
		token := ""
		switch {
		case err == nil && bytes.HasPrefix(message, []byte("NTLMSSP\x00\x01\x00\x00\x00")):
			nonce = make([]byte, 8)
			rand.Read(nonce)
			token = " " + base64.StdEncoding.EncodeToString(challenge(nonce))
		case err == nil && ntlmIsGood(message, nonce):
			s.pass(c, r.Host)
			return
		default:
			nonce = nil
		}
		fmt.Fprintf(c, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Kerberos\r\nProxy-Authenticate: %s%s\r\n%s", scheme, token, body("no!\n"))
	}
}

// withLength and inChunks are the two ways to send what a browser would show.
func withLength(text string) string {
	return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(text), text)
}

func inChunks(text string) string {
	return fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x;a=b\r\n%s\r\n0\r\nX: y\r\n\r\n", len(text), text)
}

// challenge is the second message: a name at 48, and target information behind.
func challenge(nonce []byte) []byte {
	name := slicesOf(utf16("CORP"))
	b := append([]byte("NTLMSSP\x00"), 2, 0, 0, 0, 8, 0, 8, 0, 48, 0, 0, 0)
	b = binary.LittleEndian.AppendUint32(b, 0xe2898215&^0x40000000) // as Windows asks, without an exchange of keys
	b = append(append(b, nonce...), make([]byte, 8)...)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(targetInfo)))
	b = binary.LittleEndian.AppendUint16(b, uint16(len(targetInfo)))
	b = binary.LittleEndian.AppendUint32(b, uint32(48+len(name)))
	return append(append(b, name...), targetInfo...)
}

// ntlmIsGood computes the answer in its own way.
func ntlmIsGood(message, nonce []byte) bool {
	if nonce == nil || len(message) < 64 || !bytes.HasPrefix(message, []byte("NTLMSSP\x00\x03\x00\x00\x00")) {
		return false
	}
	part := func(at int) []byte {
		size, from := int(binary.LittleEndian.Uint16(message[at:])), int(binary.LittleEndian.Uint32(message[at+4:]))
		if from+size > len(message) {
			return nil
		}
		return message[from : from+size]
	}
	response, domain, user := part(20), hex.EncodeToString(part(28)), hex.EncodeToString(part(36))
	if len(response) < 16+28 || domain != utf16(Domain) || user != utf16(User) || !bytes.Equal(part(12), make([]byte, 24)) {
		return false
	}
	keyed := func(key []byte, parts ...[]byte) []byte {
		h := hmac.New(md5.New, key)
		io.Copy(h, io.MultiReader(readers(parts)...))
		return h.Sum(nil)
	}
	key := keyed(slicesOf(passwordHash), slicesOf(utf16(strings.ToUpper(User)), utf16(Domain)))
	blob := response[16:]
	return bytes.Equal(response[:16], keyed(key, nonce, blob)) && bytes.HasPrefix(blob, []byte{1, 1, 0, 0, 0, 0, 0, 0}) &&
		bytes.Equal(blob[8:16], slicesOf("0068e6ab7c13da01")) && bytes.Contains(blob[28:], targetInfo)
}

func readers(parts [][]byte) (all []io.Reader) {
	for _, p := range parts {
		all = append(all, bytes.NewReader(p))
	}
	return all
}
