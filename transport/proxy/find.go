package proxy

import (
	"net/url"
	"os"
	"slices"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// None is what to write in place of a proxy so that none is used, whatever the
// environment and the system say.
const None = "none"

// WPAD is what to write in place of a proxy so that the network is asked for a
// script.
const WPAD = "wpad"

// Script reads a configured text that means a script (PAC): pac+URL, or WPAD.
func Script(configured string) (url string, ok bool) {
	if strings.EqualFold(configured, WPAD) {
		return WPAD, true
	}
	return strings.CutPrefix(configured, "pac+")
}

// Find returns the proxies to try on the way to HOST:PORT, the most wanted
// first: the configured one, that of the environment (HTTPS_PROXY, ALL_PROXY,
// NO_PROXY), and those of the system's settings. What cannot be read is left out
// and reported in the errors.
func Find(configured, address string, system []string) ([]Proxy, []error) {
	if configured == None {
		return nil, nil
	}
	if _, ok := Script(configured); ok {
		configured = ""
	}
	var found []Proxy
	var failed []error
	for _, text := range append([]string{configured, environment(address)}, system...) {
		if text == "" {
			continue
		}
		p, err := Parse(text)
		switch {
		case err != nil:
			failed = append(failed, err)
		case !slices.Contains(found, p):
			found = append(found, p)
		}
	}
	return found, failed
}

// environment returns the proxy that the environment wants for HOST:PORT.
func environment(address string) string {
	c := httpproxy.FromEnvironment()
	if c.HTTPSProxy == "" {
		c.HTTPSProxy = first(os.Getenv("ALL_PROXY"), os.Getenv("all_proxy"))
	}
	u, err := c.ProxyFunc()(&url.URL{Scheme: "https", Host: address})
	if err != nil || u == nil {
		return ""
	}
	return u.String()
}

func first(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}
