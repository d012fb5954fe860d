package limit

import "testing"

func TestBudget(t *testing.T) {
	b := NewBudget(100)
	if !b.Take(60) || b.Take(41) || !b.Take(40) || b.Take(1) {
		t.Error("100 bytes are not 60 and 40")
	}
	b.Give(40)
	b.Give(60)
	if b.Left() != 100 {
		t.Errorf("%d bytes left after all was given back", b.Left())
	}
}
