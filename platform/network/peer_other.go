//go:build !linux

package network

import "net"

// peer does nothing: on a connected socket these systems take no packets with
// an address, which quic-go sends.
type peer struct{}

func (*peer) meet(*net.UDPConn, net.Addr) {}
func (*peer) part(*net.UDPConn)           {}

func refused(error) bool { return false }
func wayless(error) bool { return false }
