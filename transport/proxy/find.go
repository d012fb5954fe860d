package proxy

import (
	"net/url"
	"os"
	"slices"

	"golang.org/x/net/http/httpproxy"
)

// None is what to write in place of a proxy so that none is used, whatever the
// environment and the system say.
const None = "none"

// Find returns the proxies to try on the way to HOST:PORT, the most wanted
// first: the configured one, that of the environment (HTTPS_PROXY, ALL_PROXY,
// NO_PROXY), and those of the system's settings. What cannot be read is left out
// and reported in the errors.
func Find(configured, address string, system []string) ([]Proxy, []error) {
	if configured == None {
		return nil, nil
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
