package ipc

import (
	"errors"
	"io"
	"os"
	"testing"
	"time"
)

// TestPair: bytes go both ways, each way ends by itself, and waiting is bounded.
func TestPair(t *testing.T) {
	a, ends, err := Pair()
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b := ends.Pipe()
	defer b.Close()
	for _, way := range [][2]*Pipe{{a, b}, {b, a}} {
		if _, err := way[0].Write([]byte("hello")); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 5)
		if _, err := io.ReadFull(way[1], got); err != nil || string(got) != "hello" {
			t.Fatalf("%q, %v", got, err)
		}
	}
	if err := a.SetDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("after its deadline: %v", err)
	}
	if err := errors.Join(a.SetDeadline(time.Time{}), a.CloseWrite()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
	if _, err := b.Write([]byte("still")); err != nil {
		t.Errorf("the other way has ended too: %v", err)
	}
}
