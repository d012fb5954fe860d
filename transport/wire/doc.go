// Package wire is the protocol between a Jump Client and its site: every
// message, every limit, and the version. It is the only place where the two
// meet, and the only home of the protocol.
//
// It is not a transport: it opens no connection and knows no TLS, it only turns
// messages into bytes and hostile bytes into messages or errors. It is not the
// picture format either; the body of a [TypeFrame] is drawn in package
// jump/capture/frame.
//
// # Framing
//
// Everything on a stream is a message: four bytes of header and a body.
//
//	 0        1        2        3        4
//	+--------+--------+--------+--------+-------- - -
//	|  type  |   length, 24 bit, big    |  body
//	|        |   endian, of the body    |  (length bytes)
//	+--------+--------+--------+--------+-------- - -
//
// The body is CBOR (RFC 8949, a map with small integer keys) where the type's
// comment says so, and otherwise the raw bytes that it draws. All integers in
// raw bodies are big endian. Unknown keys of a map are ignored, unknown message
// types are skipped, so older and newer versions talk.
//
// # Conversations
//
// A stream is a conversation and lives and dies with it. The agent opens one
// stream, the control stream:
//
//	agent                                site
//	  | -- Hello ------------------------> |   who I am, facts, proof of the key
//	  | <------------ Welcome or Refused - |
//	  | -- Kept -------------------------> |   once what Welcome says is on the disk
//	  | -- Status -----------------------> |   at every change, and every minute
//	  | <-------------------------- Ping - |   every 2 s while a session is open
//	  | -- Pong -------------------------> |
//	  | <------------- Removed, Settings - |
//	  | -- Goodbye ----------------------> |
//
// For everything else the site opens a stream whose first message is [Open];
// the agent answers [Opened] or [Refused] and then the messages of that
// [Kind] follow. The representative's browser or command line speaks the same
// messages: its first message holds the parameters of the kind, the site checks
// them and wraps them into Open, and from Opened on the site copies bytes.
//
// A shell or exec conversation may last longer than its stream, see [Resume].
// One about files begins again, and goes on in the middle of a file.
//
// # Rule of the house
//
// A field or type, once released, never changes its meaning and its number is
// never used again.
package wire

// Version is the version of this protocol that this program speaks. Its
// history, one line a version:
//
//	1  2026-11  the first
const Version = 1

// ALPN is the application protocol that agents negotiate (RFC 7301).
const ALPN = "jump/1"

// BindingLabel is the TLS exporter label (RFC 8446 section 7.5, RFC 9266) whose
// 32 bytes an enrolment signs, with an empty context.
const BindingLabel = "EXPORTER-jump-enrolment"

// BindingSize is the length in bytes of the exported value.
const BindingSize = 32
