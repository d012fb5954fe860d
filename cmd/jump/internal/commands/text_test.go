package commands

import (
	"errors"
	"strings"
	"testing"
	"time"

	"jump/cmd/jump/internal/apiclient"
	"jump/transport/wire"
)

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"Büro €": "Büro €", "\x1b[31mred": "�[31mred", "a\nb\tc": "a�b�c", "\u202etxt.exe": "�txt.exe",
		"\u009b31m": "�31m", "zero\u200bwidth": "zero�width", "\xff": "�", "<img>": "<img>",
	} {
		if got := plain(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestSpanAndSize(t *testing.T) {
	for d, want := range map[time.Duration]string{-time.Second: "0s", 59 * time.Second: "59s", time.Hour - 1: "59m", 47 * time.Hour: "47h", 49 * time.Hour: "2d"} {
		if got := span(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
	for n, want := range map[uint64]string{0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 1 << 30: "1.0 GiB", 1<<64 - 1: "16.0 EiB"} {
		if got := size(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestTable(t *testing.T) {
	var b strings.Builder
	if err := table(&b, []string{"NAME", "TAG"}, [][]string{{"Büro\t1", ""}, {"x", "y"}}); err != nil {
		t.Fatal(err)
	}
	if want := "NAME    TAG\nBüro�1  -\nx       y\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

func TestExplain(t *testing.T) {
	for _, c := range []struct {
		err  error
		code string
		exit int
	}{
		{errors.New("x"), "error", 1},
		{apiclient.ErrNotSignedIn, "not_signed_in", 3},
		{&apiclient.Problem{Status: 401, Code: "signed_out"}, "signed_out", 3},
		{&apiclient.Problem{Status: 403, Code: "denied"}, "denied", 3},
		{&apiclient.Problem{Status: 404, Code: "M7"}, "M7", 4},
		{&apiclient.Problem{Status: 409, Code: "M8"}, "M8", 5},
		{&apiclient.Problem{Status: 502}, "http_502", 1},
		{&wire.Refused{Code: wire.CodeDisabled}, "M16", 5},
		{&apiclient.NotFound{Name: "x"}, "M7", 4},
		{&apiclient.NotFound{Name: "x", Candidates: make([]apiclient.Client, 2)}, "ambiguous", 4},
	} {
		if f := explain(errors.Join(c.err)); f.Code != c.code || f.Exit != c.exit {
			t.Errorf("%v: %s, %d, want %s, %d", c.err, f.Code, f.Exit, c.code, c.exit)
		}
	}
}

// TestExitStatus: the program's status is ours, as far as ours can say it.
func TestExitStatus(t *testing.T) {
	for _, c := range []struct {
		exit wire.Exit
		want int
	}{{wire.Exit{}, 0}, {wire.Exit{Status: 7}, 7}, {wire.Exit{Status: 255}, 255}, {wire.Exit{Status: -1}, 255}, {wire.Exit{Status: 0x103}, 255}} {
		var got int
		if err := exitStatus(c.exit, nil); err != nil {
			status, _ := errors.AsType[programEnded](err)
			got = int(status)
		}
		if got != c.want {
			t.Errorf("%+v: %d, want %d", c.exit, got, c.want)
		}
	}
}
