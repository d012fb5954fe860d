package network

import (
	"context"
	"io"
	"os"
	"path"
	"strconv"
	"strings"
)

// Settings are the proxies that the settings of the system name.
type Settings struct {
	Proxies []string // URLs or HOST:PORT, for connections to the host asked about
	Scripts []string // URLs of PAC scripts
	Detect  bool     // the network is to be asked for a script (WPAD)
}

// Evaluate has the system run a script, "" meaning the one that the network has
// (WPAD), and returns the answer about an URL as the script gives it. The error
// is errors.ErrUnsupported where the system cannot do that for us.
func Evaluate(ctx context.Context, url, script string) (string, error) {
	return evaluate(ctx, url, script)
}

// Domains returns the domains in which this computer looks up short names, as
// whoever runs the network has set them. None are known on Windows, which looks
// for scripts itself.
func Domains() []string {
	f, err := os.Open("/etc/resolv.conf")
	if err != nil {
		return nil
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 64<<10))
	if err != nil {
		return nil
	}
	return readDomains(string(text))
}

// readDomains reads the last "search" or "domain" of resolv.conf(5).
func readDomains(text string) (found []string) {
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) > 1 && (f[0] == "search" || f[0] == "domain") {
			found = f[1:]
		}
	}
	return found
}

// Proxies returns what the system's settings say about connections to a host.
// Linux has no such settings but the environment, which is not read here.
func Proxies(host string) (Settings, error) { return proxies(host) }

// readProxyServer reads a list as Windows keeps it: one HOST:PORT for all, or
// kind=HOST:PORT for some, with semicolons or spaces between; and hosts that
// need none, with * as a wildcard, and <local> for names without a dot.
func readProxyServer(server, bypass, host string) []string {
	for _, pattern := range strings.FieldsFunc(bypass, isSeparator) {
		if pattern == "<local>" && !strings.ContainsAny(host, ".:") || matches(pattern, host) {
			return nil
		}
	}
	var found []string
	for _, entry := range strings.FieldsFunc(server, isSeparator) {
		kind, address, named := strings.Cut(entry, "=")
		switch {
		case !named:
			found = append(found, entry)
		case kind == "https":
			found = append(found, address)
		case kind == "socks":
			found = append(found, "socks5://"+address)
		}
	}
	return found
}

func isSeparator(r rune) bool { return r == ';' || r == ' ' || r == '\t' || r == '\n' || r == '\r' }

// matches compares without regard to case; a pattern that is none matches
// nothing.
func matches(pattern, host string) bool {
	ok, err := path.Match(strings.ToLower(pattern), strings.ToLower(host))
	return ok && err == nil
}

// readScutil reads what "scutil --proxy" prints on macOS: lines "key : value",
// and a list of exceptions as an array below its key.
func readScutil(text, host string) Settings {
	values := map[string]string{}
	var s Settings
	inExceptions := false
	for _, line := range strings.Split(text, "\n") {
		key, value, ok := strings.Cut(strings.TrimSpace(line), " : ")
		switch {
		case strings.TrimSpace(line) == "}":
			inExceptions = false
		case !ok:
		case key == "ExceptionsList":
			inExceptions = true
		case inExceptions:
			if matches(value, host) || strings.HasPrefix(value, "*.") && strings.EqualFold(value[2:], host) {
				return Settings{}
			}
		default:
			values[key] = value
		}
	}
	for _, kind := range []struct{ name, scheme string }{{"HTTPS", "http://"}, {"SOCKS", "socks5://"}} {
		if values[kind.name+"Enable"] == "1" {
			s.Proxies = append(s.Proxies, kind.scheme+values[kind.name+"Proxy"]+port(values[kind.name+"Port"]))
		}
	}
	if values["ProxyAutoConfigEnable"] == "1" && values["ProxyAutoConfigURLString"] != "" {
		s.Scripts = []string{values["ProxyAutoConfigURLString"]}
	}
	s.Detect = values["ProxyAutoDiscoveryEnable"] == "1"
	return s
}

func port(text string) string {
	if n, err := strconv.ParseUint(text, 10, 16); err == nil && n > 0 {
		return ":" + text
	}
	return ""
}
