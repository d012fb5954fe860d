// Package broker is the privileged half of a service-mode client on Linux: a
// small process as root, without network, that starts a seat (agent/seat) in
// the session of whoever has the screen, and hands over the pipe to it.
//
// It is not a way to run anything: it takes no command, no path, no variable and
// no name from the agent, which it does not trust more than it must. All that
// can be asked for is one of three bytes. What the seat may do at most, it reads
// from the configuration that only root can write.
//
// # The protocol
//
// One connection on a Unix socket (messages are kept apart, SOCK_SEQPACKET) for
// one request. The agent sends one byte, the broker answers with one:
//
//	agent                broker
//	  1 or 2 ──────────►          a seat for the screen, or for a program
//	         ◄────────── 0, file  the pipe to it
//	         ◄────────── 'L'      later: that session has the screen no more, or has ended
//	  3      ──────────► 0        the user at the screen is being logged out
//	         ◄────────── n        no, and why: see answer
//
// A seat ends when its connection does: the agent's death is the end of all its
// seats. Only one user may speak (SO_PEERCRED).
package broker

// request is what an agent can ask for. The numbers are part of the protocol.
type request byte

const (
	requestScreen  request = 1
	requestProgram request = 2
	requestLogOut  request = 3
)

// answer is what a broker says. The numbers are part of the protocol.
type answer byte

const (
	answerDone    answer = 0
	answerFailed  answer = 1 // the journal says why
	answerNobody  answer = 2 // nobody is logged in at the screen
	answerNoneNow answer = 3 // no session has the screen
	answerText    answer = 4 // a text console has it
	answerWayland answer = 5 // a Wayland desktop has it
	answerBusy    answer = 6 // too many seats
	answerUnknown answer = 7 // of the request
	answerLeft    answer = 'L'
)

// MaxSeats is how many seats there are at once.
const MaxSeats = 40
