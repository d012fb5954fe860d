package rfb

import (
	"encoding/binary"
	"fmt"
	"image"
	"log"
)

// Messages of the server.
const (
	framebufferUpdate = 0
	bell              = 2
	cutText           = 3
	endOfContinuous   = 150
	serverFence       = 248
)

// follow reads messages until the connection ends.
func (v *Viewer) follow() {
	for {
		kind, err := v.in.ReadByte()
		if err != nil {
			return
		}
		if err := v.message(kind); err != nil {
			log.Printf("rfb: message %d: %v", kind, err)
			v.conn.Close()
			return
		}
	}
}

func (v *Viewer) message(kind byte) error {
	switch kind {
	case framebufferUpdate:
		return v.update()
	case bell:
		return nil
	case endOfContinuous: // the server has them: ask for them
		if v.asked {
			return nil
		}
		v.asked = true
		m := []byte{150, 1, 0, 0, 0, 0}
		m = binary.BigEndian.AppendUint16(m, uint16(v.size.X))
		return v.write(binary.BigEndian.AppendUint16(m, uint16(v.size.Y)))
	case serverFence:
		return v.fence()
	case cutText:
		head, err := v.take(7)
		if err == nil {
			_, err = v.take(int(binary.BigEndian.Uint32(head[3:])))
		}
		return err
	}
	return fmt.Errorf("unknown message")
}

// fence answers one, without the bit that asks for an answer.
func (v *Viewer) fence() error {
	head, err := v.take(8)
	if err != nil {
		return err
	}
	flags, length := binary.BigEndian.Uint32(head[3:]), int(head[7])
	data, err := v.take(length)
	if err != nil || flags&(1<<31) == 0 {
		return err
	}
	m := binary.BigEndian.AppendUint32([]byte{248, 0, 0, 0}, flags&^(1<<31)&7)
	return v.write(append(append(m, byte(length)), data...))
}

// update reads one FramebufferUpdate and asks for the next.
func (v *Viewer) update() error {
	head, err := v.take(3)
	if err != nil {
		return err
	}
	if !v.asked {
		if err := v.request(true); err != nil {
			return err
		}
	}
	for n := binary.BigEndian.Uint16(head[1:]); n > 0; n-- {
		more, err := v.rectangle()
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	v.updates.Add(1)
	return nil
}

// rectangle reads one and draws it; false after the last of an update that did
// not say how many it has.
func (v *Viewer) rectangle() (bool, error) {
	head, err := v.take(12)
	if err != nil {
		return false, err
	}
	at := func(i int) int { return int(binary.BigEndian.Uint16(head[i:])) }
	r := image.Rect(at(0), at(2), at(0)+at(4), at(2)+at(6))
	e := Encoding(binary.BigEndian.Uint32(head[8:]))
	if e == lastRect {
		return false, nil
	}
	if !r.In(image.Rectangle{Max: v.size}) {
		return false, fmt.Errorf("rectangle %v outside the screen", r)
	}
	switch e {
	case raw:
		err = v.raw(r)
	case copyRect:
		err = v.copyRect(r)
	case Tight:
		err = v.tight(r)
	case ZRLE:
		err = v.zrle(r)
	default:
		err = fmt.Errorf("encoding %d was not asked for", e)
	}
	return true, err
}

func (v *Viewer) raw(r image.Rectangle) error {
	b, err := v.take(4 * r.Dx() * r.Dy())
	if err != nil {
		return err
	}
	v.screen.Draw(func() {
		m := v.picture
		for y := range r.Dy() {
			out := m.Pix[m.PixOffset(r.Min.X, r.Min.Y+y):]
			for x := range r.Dx() {
				p := b[4*(y*r.Dx()+x):]
				out[4*x], out[4*x+1], out[4*x+2], out[4*x+3] = p[2], p[1], p[0], 255
			}
		}
	})
	return nil
}

func (v *Viewer) copyRect(r image.Rectangle) error {
	b, err := v.take(4)
	if err != nil {
		return err
	}
	from := image.Pt(int(binary.BigEndian.Uint16(b)), int(binary.BigEndian.Uint16(b[2:])))
	if !(image.Rectangle{Min: from, Max: from.Add(r.Size())}).In(image.Rectangle{Max: v.size}) {
		return fmt.Errorf("copy from %v outside the screen", from)
	}
	v.screen.Draw(func() {
		m := v.picture
		part := make([]byte, 0, 4*r.Dx()*r.Dy())
		for y := range r.Dy() {
			part = append(part, m.Pix[m.PixOffset(from.X, from.Y+y):][:4*r.Dx()]...)
		}
		for y := range r.Dy() {
			copy(m.Pix[m.PixOffset(r.Min.X, r.Min.Y+y):], part[4*r.Dx()*y:][:4*r.Dx()])
		}
	})
	return nil
}
