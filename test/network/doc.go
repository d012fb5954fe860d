// Package network tests the real programs on networks that do them harm:
// blocked, behind a NAT that forgets, behind a proxy, and under a client that
// moves.
//
// It is not the place for what a simulated network can prove (transport/...).
// Every test has network namespaces of its own, so it needs root and touches
// nothing of the machine's network. It ships nothing.
package network
