package input

import "testing"

func TestWheelKeepsTheRest(t *testing.T) {
	for name, c := range map[string]struct {
		turns []int
		want  []int
	}{
		"a notch":           {[]int{120, -120}, []int{1, -1}},
		"thirds":            {[]int{40, 40, 40, 40}, []int{0, 0, 1, 0}},
		"more than one":     {[]int{300, 60}, []int{2, 1}},
		"the way back":      {[]int{110, -20, -100}, []int{0, 0, -1}},
		"more than allowed": {[]int{32767}, []int{maxNotches}},
	} {
		var w wheel
		for i, d := range c.turns {
			if x, y := w.turn(d, d); x != c.want[i] || y != c.want[i] {
				t.Errorf("%s: turn %d gives %d, %d, want %d", name, i, x, y, c.want[i])
			}
		}
	}
}

func TestRobotNames(t *testing.T) {
	for sym, want := range map[uint32]string{
		'a': "a", 'A': "a", '1': "1", 0xFFBE: "f1", 0xFFC9: "f12", 0xFFB0: "num0", 0xFFE3: "ctrll", 0xFFFF: "delete", 0x20: "space",
		0xE4: "", 0: "", 0x01000434: "",
	} {
		if got, ok := robotName(sym); got != want || ok != (want != "") {
			t.Errorf("keysym %#x is %q, want %q", sym, got, want)
		}
	}
}
