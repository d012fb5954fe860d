package command

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"github.com/spf13/cobra"

	"jump/agent/config"
	"jump/installer/stamp"
	"jump/transport"
	"jump/transport/quic"
)

// defaultPort is where a passive client listens (UDP) unless its owner says
// otherwise: one number for the firewalls of a whole fleet.
const defaultPort = 5832

// neverListen is the value of --listen with which a client stays active.
const neverListen = "none"

// addListen gives a command the flag --listen.
func addListen(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "listen", "", fmt.Sprintf("should the site make the client passive: the only UDP port to listen on, or none for never; else %d, or any if that is taken", defaultPort))
}

// checkListen refuses what is no value of --listen.
func checkListen(given string) error {
	if _, err := listenPort(given); err != nil && given != neverListen {
		return usage("--listen: %w", err)
	}
	return nil
}

// listenPort returns the only port that is allowed, 0 if all are.
func listenPort(given string) (int, error) {
	if given == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(given, 10, 16)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%.32q is neither a port nor %q", given, neverListen)
	}
	return int(n), nil
}

// listener returns what lets the site call this client, nil if its owner does
// not want that.
func listener(c config.Config, key stamp.Key, id ed25519.PrivateKey) (func() (transport.Listener, error), error) {
	if c.Listen == neverListen {
		return nil, nil
	}
	port, err := listenPort(c.Listen)
	if err != nil {
		return nil, fmt.Errorf("config.json: listen: %w", err)
	}
	return func() (transport.Listener, error) {
		pc, err := openPort(port)
		if err != nil {
			return nil, err
		}
		l, err := quic.ListenCalls(pc, id, key.Site)
		if err != nil {
			return nil, err // and not a nil *quic.Calls in an interface
		}
		return l, nil
	}, nil
}

// openPort opens the socket for both families of addresses.
func openPort(port int) (*net.UDPConn, error) {
	if port != 0 {
		return net.ListenUDP("udp", &net.UDPAddr{Port: port})
	}
	pc, err := net.ListenUDP("udp", &net.UDPAddr{Port: defaultPort})
	if err == nil {
		return pc, nil
	}
	pc, err2 := net.ListenUDP("udp", nil)
	return pc, errors.Join(err2, ifFailed(err2, err))
}

func ifFailed(failed, why error) error {
	if failed == nil {
		return nil
	}
	return why
}

// addresses are those of this computer that lead to it from elsewhere.
func addresses() []netip.Addr {
	found, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var all []netip.Addr
	for _, x := range found {
		p, err := netip.ParsePrefix(x.String())
		if err == nil && p.Addr().Unmap().IsGlobalUnicast() {
			all = append(all, p.Addr().Unmap())
		}
	}
	return all
}
