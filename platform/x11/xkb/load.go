package xkb

import (
	"fmt"

	"github.com/jezek/xgb"

	"jump/platform/x11"
)

// Requests of the extension (XKB protocol, appendix D), which xgb does not
// have.
const (
	requestUse    = 0
	requestSelect = 1
	requestState  = 4
	requestMap    = 8

	coreKeyboard = 0x100

	newKeyboard = 1 << 0
	newMap      = 1 << 1
)

// Server is the keyboard of an X server.
type Server struct {
	conn   *x11.Conn
	opcode byte
	event  byte
}

// Changed is the kind of the event that tells of a new keymap, after Watch.
func (s *Server) Changed() byte { return s.event }

// Watch asks for an event whenever what Load reads changes. (The core protocol's
// MappingNotify does not tell everything, and to clients that use XKB less.)
// Whether keys repeat is no part of that, and an input device changes it with
// every key.
func (s *Server) Watch() error {
	const allParts = 0xFF
	b := make([]byte, 16)
	b[0], b[1] = s.opcode, requestSelect
	for i, v := range []uint16{coreKeyboard, newKeyboard | newMap, 0, newKeyboard, allParts, wanted} {
		xgb.Put16(b[4+2*i:], v)
	}
	if _, err := s.conn.Request(b, false); err != nil {
		return fmt.Errorf("watch the keymap: %w", err)
	}
	return nil
}

// Use returns the keyboard of the server.
func Use(c *x11.Conn) (*Server, error) {
	ext, err := c.Use("XKEYBOARD")
	if err != nil {
		return nil, err
	}
	b := []byte{ext.Opcode, requestUse, 0, 0, 1, 0, 0, 0}
	r, err := c.Request(b, true)
	if err != nil || r[1] == 0 {
		return nil, fmt.Errorf("use version 1.0 of XKEYBOARD: %w", err)
	}
	return &Server{c, ext.Opcode, ext.FirstEvent}, nil
}

// Load reads the keymap.
func (s *Server) Load() (*Keymap, error) {
	b := make([]byte, 28)
	b[0], b[1] = s.opcode, requestMap
	xgb.Put16(b[4:], coreKeyboard)
	xgb.Put16(b[6:], wanted)
	r, err := s.conn.Request(b, true)
	if err != nil {
		return nil, fmt.Errorf("read the keymap: %w", err)
	}
	return Parse(r)
}

// State reads which modifiers and group are in force.
func (s *Server) State() (State, error) {
	b := make([]byte, 8)
	b[0], b[1] = s.opcode, requestState
	xgb.Put16(b[4:], coreKeyboard)
	r, err := s.conn.Request(b, true)
	if err != nil {
		return State{}, fmt.Errorf("read the keyboard's state: %w", err)
	}
	return State{Mods: Mods(r[8]), Locked: Mods(r[11]), Group: int(r[12])}, nil
}
