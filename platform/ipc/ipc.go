// Package ipc lets processes of one computer talk over Unix sockets: it says who
// is at the other end, and hands over open files.
//
// It is not a protocol: what is said is its users' (agent/broker), and a message
// is some bytes that arrive as a whole. It reaches no other computer. Systems
// without such sockets have none of it.
package ipc

import "errors"

// MaxMessage bounds a message, in bytes.
const MaxMessage = 4 << 10

// ErrNoSocket says that the service manager handed over no socket.
var ErrNoSocket = errors.New("this program was not started by a socket")
