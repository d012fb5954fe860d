package flood

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"time"
)

// different is how many packets are made beforehand; they are sent in turn, each
// time from another address.
const different = 2048

// Spoof sends so many first packets a second to a site until ctx ends, from random
// addresses in 127.0.0.0/8 that do not answer, and returns how many it has sent.
// It needs a Linux and root's right to write IP headers.
func Spoof(ctx context.Context, target netip.AddrPort, perSecond int) (sent int, err error) {
	if !target.Addr().Is4() || !target.Addr().IsLoopback() {
		return 0, fmt.Errorf("%v is not on this computer's loopback", target)
	}
	packets, err := datagrams(target)
	if err != nil {
		return 0, err
	}
	out, err := openRaw(target.Addr())
	if err != nil {
		return 0, err
	}
	defer out.close()
	start := time.Now()
	for ; ctx.Err() == nil; sent++ {
		if ahead := time.Duration(sent)*time.Second/time.Duration(perSecond) - time.Since(start); ahead > time.Millisecond {
			pause(ctx, ahead)
		}
		if err := out.send(readdress(packets[sent%different])); err != nil {
			return sent, err
		}
	}
	return sent, nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// datagrams are packets with headers of UDP and IP.
func datagrams(target netip.AddrPort) ([][]byte, error) {
	hello, err := Hello()
	if err != nil {
		return nil, err
	}
	all := make([][]byte, different)
	for i := range all {
		p, err := Packet(hello)
		if err != nil {
			return nil, err
		}
		all[i] = datagram(target, p)
	}
	return all, nil
}

// datagram adds the headers of IPv4 (RFC 791) and UDP (RFC 768). The kernel
// fills in what is 0; a UDP checksum of 0 is none.
func datagram(target netip.AddrPort, payload []byte) []byte {
	const ip, udp = 20, 8
	d := make([]byte, ip+udp, ip+udp+len(payload))
	d[0], d[8], d[9] = 0x45, 64, 17
	copy(d[16:20], target.Addr().AsSlice())
	d[22], d[23] = byte(target.Port()>>8), byte(target.Port())
	d[24], d[25] = byte((udp+len(payload))>>8), byte(udp+len(payload))
	return append(d, payload...)
}

// readdress gives a datagram another source.
func readdress(d []byte) []byte {
	r := rand.Uint64()
	d[12], d[13], d[14], d[15] = 127, 128|byte(r), byte(r>>8), byte(r>>16)
	d[20], d[21] = 0x80|byte(r>>24), byte(r>>32)
	return d
}

// Slow keeps so many connections to a site open until ctx ends, each of which
// says one byte of a handshake every two seconds, and connects again when it is
// closed. It returns when all are closed.
func Slow(ctx context.Context, target netip.AddrPort, connections int) error {
	if !target.Addr().IsLoopback() {
		return errors.New("the target is not on this computer's loopback")
	}
	var all sync.WaitGroup
	for range connections {
		all.Go(func() {
			for ctx.Err() == nil {
				dawdle(ctx, target)
				pause(ctx, time.Second)
			}
		})
	}
	all.Wait()
	return nil
}

func dawdle(ctx context.Context, target netip.AddrPort) {
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "tcp", target.String())
	if err != nil {
		return
	}
	defer conn.Close()
	for _, b := range []byte{0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3} { // the beginning of a ClientHello
		if _, err := conn.Write([]byte{b}); err != nil {
			return
		}
		pause(ctx, 2*time.Second)
	}
}
