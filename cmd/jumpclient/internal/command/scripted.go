package command

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"jump/installer/stamp"
	"jump/platform/network"
	"jump/transport"
	"jump/transport/proxy"
	"jump/transport/proxy/pac"
)

// source is where a script (PAC) comes from: an URL, or WPAD.
type source struct {
	url      string // proxy.WPAD: look for one
	bySystem bool   // the system has set it, so it may run it itself
}

// String returns the source for people.
func (s source) String() string {
	if s.url == proxy.WPAD {
		return "this network's script (WPAD)"
	}
	return s.url
}

// findScripts returns the scripts that are configured and that the system's
// settings name. WPAD is asked for nowhere but there: docs/SECURITY.md says why.
func findScripts(configured string, key stamp.Key) (all []source) {
	if configured == proxy.None {
		return nil
	}
	if text, ok := proxy.Script(configured); ok {
		all = append(all, source{url: text})
	}
	settings, _ := network.Proxies(key.Host) // what fails is said by findProxies
	for _, url := range settings.Scripts {
		if !slices.ContainsFunc(all, func(s source) bool { return s.url == url }) {
			all = append(all, source{url, true})
		}
	}
	if settings.Detect && !slices.ContainsFunc(all, func(s source) bool { return s.url == proxy.WPAD }) {
		all = append(all, source{proxy.WPAD, true})
	}
	return all
}

// question is what the script is asked about the way to a site, here and now.
func (s source) question(key stamp.Key) pac.Question {
	return pac.Question{Script: s.url, Address: key.Address(), Network: network.Here()}
}

// answer is what the script says about the way to a site.
func (s source) answer(ctx context.Context, key stamp.Key) (routes []pac.Route, unusable []string, err error) {
	url := s.url
	if url == proxy.WPAD {
		url = ""
	}
	text, err := network.Evaluate(ctx, "https://"+key.Address()+"/", url)
	if !errors.Is(err, errors.ErrUnsupported) {
		routes, unusable = pac.Parse(text)
		return routes, unusable, err
	}
	var script string
	if url == "" {
		script, err = pac.FetchAny(ctx, pac.Places(network.Domains()), network.Dial)
	} else {
		script, err = pac.Fetch(ctx, url, network.Dial)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("get the script: %w", err)
	}
	return pac.Evaluate(ctx, script, key.Address(), pac.World{})
}

// proxies are those that the script names, in its order, and remarks about what
// cannot be used. The script is not asked if its answer is among the known ones;
// those may be nil.
func (s source) proxies(ctx context.Context, key stamp.Key, known *pac.Answers) (found []proxy.Proxy, remarks []string) {
	routes, unusable, err := known.Ask(ctx, s.question(key), func() ([]pac.Route, []string, error) { return s.answer(ctx, key) })
	if err != nil {
		return nil, []string{fmt.Sprintf("%s: %v", s, err)}
	}
	for _, text := range unusable {
		remarks = append(remarks, fmt.Sprintf("%s names %s, which is not supported", s, text))
	}
	for _, r := range routes {
		if r.Proxy == "" {
			continue // the ways without a proxy are tried anyway
		}
		p, err := proxy.Parse(r.Proxy)
		if err != nil {
			remarks = append(remarks, fmt.Sprintf("%s: %v", s, err))
			continue
		}
		found = append(found, p)
	}
	if len(routes) > 0 && len(found) == 0 && len(remarks) == 0 {
		remarks = []string{fmt.Sprintf("%s says that the site needs no proxy", s)}
	}
	return found, remarks
}

// scripted is the way through the proxies that a script names. The script is
// fetched when the way is tried, unless its answer is known: no other way waits
// for it, and another network has another script.
type scripted struct {
	outlet
	source source
}

// Dial tries the proxies one after the other, as the script wants it.
func (s scripted) Dial(ctx context.Context) (transport.Tunnel, error) {
	found, remarks := s.source.proxies(ctx, s.key, s.scripts)
	var failed []error
	for _, r := range remarks {
		failed = append(failed, errors.New(r))
	}
	for _, p := range found {
		d, err := s.through(p)
		if err == nil {
			var t transport.Tunnel
			if t, err = d.Dial(ctx); err == nil {
				s.log.Info("a script has named the proxy", "script", s.source, "proxy", p)
				return t, nil
			}
		}
		failed = append(failed, err)
	}
	if ctx.Err() == nil {
		s.scripts.Doubt(s.source.question(s.key))
	}
	if len(failed) == 0 {
		failed = append(failed, errors.New("the script names no proxy"))
	}
	return nil, errors.Join(failed...)
}
