package command

import (
	"context"
	"crypto/ed25519"
	"log/slog"

	"github.com/spf13/cobra"

	"jump/agent/config"
	"jump/cmd/jumpclient/internal/doctor"
	"jump/installer/stamp"
	"jump/platform/network"
	"jump/transport"
	"jump/transport/proxy"
	"jump/transport/proxy/pac"
	"jump/transport/quic"
	"jump/transport/tls"
	"jump/transport/ways"
)

// proxyVariable is the environment's way to give a proxy with a password:
// arguments are visible to every user of a computer.
const proxyVariable = "JUMP_PROXY"

// addProxy gives a command the flag --proxy.
func addProxy(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "proxy", "", "HTTP or SOCKS5 proxy to try besides the system's: http://[USER:PASSWORD@]HOST:PORT, socks5://…; a script: pac+http://…, wpad; or none")
}

// checkProxy reads the variable if there was no flag, and refuses what is no
// proxy.
func checkProxy(given *string, variable string) error {
	if *given == "" {
		*given = variable
	}
	if *given == "" || *given == proxy.None {
		return nil
	}
	if text, ok := proxy.Script(*given); ok {
		if text == proxy.WPAD {
			return nil
		}
		if _, err := pac.Check(text); err != nil {
			return usage("%w", err)
		}
		return nil
	}
	if _, err := proxy.Parse(*given); err != nil {
		return usage("%w", err)
	}
	return nil
}

// outlet is how a client gets out to its site.
type outlet struct {
	key     stamp.Key
	id      ed25519.PrivateKey
	proxy   string // configured
	book    *ways.Book
	changes <-chan struct{} // of the network; nil: nobody watches
	scripts *pac.Answers    // nil: scripts are asked every time
	refused *proxy.Refusals // nil: passwords are shown every time
	log     *slog.Logger
}

// newOutlet reads what the client in a directory knows of networks. Losing that
// costs seconds, so it is no error.
func newOutlet(dir config.Dir, c config.Config, key stamp.Key, id ed25519.PrivateKey, log *slog.Logger) outlet {
	book, err := ways.OpenBook(dir.Ways())
	if err != nil {
		log.Warn("beginning as if no network were known yet", "error", err)
	}
	return outlet{key: key, id: id, proxy: c.Proxy, book: book, log: log}
}

// dialer returns a dialer that knows all ways to the site.
func (o outlet) dialer() (transport.Dialer, error) {
	udp, err := o.overUDP()
	if err != nil {
		return nil, err
	}
	tcp, err := o.overTCP(nil)
	if err != nil {
		return nil, err
	}
	direct := []ways.Way{{Name: "QUIC", Dialer: udp, Direct: true}, {Name: "TLS over TCP", Dialer: tcp, Direct: true}}
	return ways.New(ways.Config{
		Ways:    func(context.Context) []ways.Way { return append(direct[:2:2], o.proxied()...) },
		Network: network.Here, Changes: o.changes, Book: o.book, Log: o.log,
	}), nil
}

func (o outlet) overUDP() (transport.Dialer, error) {
	return quic.NewDialer(quic.Config{Host: o.key.Host, Port: o.key.Port, Site: o.key.Site, Key: o.id,
		Resolve: o.book.Resolve(nil), ListenPacket: network.ListenPacket})
}

// overTCP returns a dialer over TCP, through a proxy unless that is nil.
func (o outlet) overTCP(through tls.Connect) (transport.Dialer, error) {
	return tls.NewDialer(tls.Config{Host: o.key.Host, Port: o.key.Port, Site: o.key.Site, Key: o.id,
		Resolve: o.book.Resolve(nil), Connect: network.Dial, Through: through})
}

func (o outlet) through(p proxy.Proxy) (transport.Dialer, error) {
	return o.overTCP(tls.Connect(o.refused.Through(p, network.Dial)))
}

// proxied returns the ways through the proxies that there are at the moment.
func (o outlet) proxied() []ways.Way {
	found, remarks := findProxies(o.proxy, o.key)
	for _, r := range remarks {
		o.log.Warn("a proxy is left out", "reason", r)
	}
	var all []ways.Way
	for _, p := range found {
		d, err := o.through(p)
		if err != nil {
			o.log.Warn("a proxy is left out", "proxy", p, "reason", err)
			continue
		}
		all = append(all, ways.Way{Name: "TLS through " + p.String(), Dialer: d})
	}
	for _, source := range findScripts(o.proxy, o.key) {
		all = append(all, ways.Way{Name: "TLS through the proxies of " + source.String(), Dialer: scripted{o, source}})
	}
	return all
}

// findProxies returns the proxies on the way to the site of a key, and says why
// others are left out.
func findProxies(configured string, key stamp.Key) (found []proxy.Proxy, remarks []string) {
	settings, err := network.Proxies(key.Host)
	if err != nil {
		remarks = append(remarks, err.Error())
	}
	found, failed := proxy.Find(configured, key.Address(), settings.Proxies)
	for _, err := range failed {
		remarks = append(remarks, err.Error())
	}
	return found, remarks
}

// waysToLookAt are the client's ways one by one, with nothing remembered.
func waysToLookAt() doctor.Ways {
	at := func(key stamp.Key, id ed25519.PrivateKey) outlet {
		return outlet{key: key, id: id, book: ways.NewBook(), log: slog.New(slog.DiscardHandler)}
	}
	return doctor.Ways{
		UDP: func(key stamp.Key, id ed25519.PrivateKey) (transport.Dialer, error) { return at(key, id).overUDP() },
		TCP: func(key stamp.Key, id ed25519.PrivateKey) (transport.Dialer, error) { return at(key, id).overTCP(nil) },
		Proxies: func(c config.Config, key stamp.Key) (all []doctor.Proxied, remarks []string) {
			found, remarks := findProxies(c.Proxy, key)
			for _, source := range findScripts(c.Proxy, key) {
				named, said := source.proxies(context.Background(), key, nil)
				found, remarks = append(found, named...), append(remarks, said...)
			}
			for _, p := range found {
				all = append(all, doctor.Proxied{Name: p.String(), Dial: func(key stamp.Key, id ed25519.PrivateKey) (transport.Dialer, error) {
					return at(key, id).through(p)
				}})
			}
			return all, remarks
		},
	}
}
