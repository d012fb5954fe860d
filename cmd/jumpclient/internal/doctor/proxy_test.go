package doctor

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"jump/agent/config"
	"jump/installer/stamp"
	"jump/transport"
)

func TestProxies(t *testing.T) {
	closed := errors.New("it answers 403")
	for _, c := range []struct {
		name    string
		proxies map[string]error
		remarks []string
		want    Level
		says    string
	}{
		{"none", nil, nil, LevelOK, "No proxy is set"},
		{"a good one", map[string]error{"http://a:1": nil}, nil, LevelOK, "through the proxy http://a:1"},
		{"a bad one", map[string]error{"http://a:1": closed}, nil, LevelNote, "403"},
		{"one that opens TLS", map[string]error{"http://a:1": fmt.Errorf("x: %w", transport.ErrWrongPeer)}, nil, LevelNote, "opens the connection"},
		{"a script", nil, []string{"the settings name a script"}, LevelNote, "script"},
		{"a good one and a script", map[string]error{"http://a:1": nil}, []string{"a script"}, LevelNote, "through the proxy"},
	} {
		p := &patient{ways: Ways{Proxies: func(config.Config, stamp.Key) (found []Proxied, remarks []string) {
			for name, err := range c.proxies {
				found = append(found, Proxied{name, way(err)})
			}
			return found, c.remarks
		}}}
		f := p.proxies(t.Context())
		if f.Level != c.want || !strings.Contains(f.Text+" "+f.Hint, c.says) {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
}
