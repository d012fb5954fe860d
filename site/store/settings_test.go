package store

import (
	"testing"
)

func TestSetting(t *testing.T) {
	type value struct{ A, B int }
	s := open(t)
	got := value{A: 1, B: 2}
	if err := s.Setting(t.Context(), "x", &got); err != nil || got != (value{1, 2}) {
		t.Errorf("what nobody has set: %+v, %v", got, err)
	}
	for _, v := range []map[string]int{{"A": 5}, {"A": 6}} {
		if err := s.SetSetting(t.Context(), "x", v); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Setting(t.Context(), "x", &got); err != nil || got != (value{6, 2}) {
		t.Errorf("set twice: %+v, %v", got, err)
	}
	if err := s.SetSetting(t.Context(), "x", make(chan int)); err == nil {
		t.Error("kept what is no JSON")
	}
	var wrong string
	if err := s.Setting(t.Context(), "x", &wrong); err == nil {
		t.Errorf("read %q", wrong)
	}
}
