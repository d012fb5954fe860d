package site

import (
	"crypto/ed25519"

	"jump/transport"
	"jump/transport/limit"
	"jump/transport/quic"
	tunneltls "jump/transport/tls"
)

// listen takes the port.
func (s *Site) listen() error {
	var err error
	if s.sockets, err = listen(s.options.Listen); err != nil {
		return err
	}
	s.undo = append(s.undo, func() error { return closeAll(s.sockets) })
	s.url, err = publicURL(s.options.URL, s.options.Listen, s.sockets[0].port())
	return err
}

// accept begins to take what comes to the port: tunnels over UDP, and over TCP
// tunnels and browsers. All of it shares its limits.
func (s *Site) accept(id ed25519.PrivateKey) error {
	windows := limit.NewBudget(limit.DefaultBudget)
	if s.options.Agents != nil {
		s.serve(s.options.Agents)
	}
	for _, sockets := range s.sockets {
		if s.options.Agents == nil {
			l, err := quic.Listen(sockets.udp, id, quic.Admit(s.admission), quic.Windows(windows), quic.Also(s.browsers))
			if err != nil {
				return err
			}
			s.serve(l)
		}
		port, err := tunneltls.Listen(sockets.tcp, id, tunneltls.Options{
			Others: webTLS(s.cert), Admission: s.admission, Windows: windows,
		})
		if err != nil {
			return err
		}
		s.ports = append(s.ports, port)
		s.undo = append(s.undo, port.Close, port.Others().Close)
	}
	return nil
}

// serve lets Run serve what comes over UDP.
func (s *Site) serve(l transport.Listener) {
	s.agents = append(s.agents, l)
	s.undo = append(s.undo, l.Close, s.browsers.Close)
}
