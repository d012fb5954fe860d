package commands

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"

	"jump/cmd/jump/internal/apiclient"
)

// hostile sets every text in v, which is a pointer, to something that steers a
// terminal.
func hostile(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		hostile(v.Elem())
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			hostile(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		hostile(v.Index(0))
	case reflect.String:
		v.SetString("\x1b]0;x\x07\u009b2J\u202e\x7f\r")
	}
}

// TestNothingSteersTheTerminal: no field of a client or key, as text or JSON.
func TestNothingSteersTheTerminal(t *testing.T) {
	var c apiclient.Client
	var i apiclient.Installer
	hostile(reflect.ValueOf(&c))
	hostile(reflect.ValueOf(&i))
	var g apiclient.ListedGroup
	hostile(reflect.ValueOf(&g))
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	a := &app{out: out, err: out}
	for _, json := range []bool{false, true} {
		a.json = json
		if err := a.printClient(c); err != nil {
			t.Error(err)
		}
		if err := a.printGroups([]apiclient.ListedGroup{g}); err != nil {
			t.Error(err)
		}
		a.report(&apiclient.NotFound{Name: c.Name, Candidates: []apiclient.Client{c}})
	}
	if err := a.printInstallers([]apiclient.Installer{i}); err != nil {
		t.Error(err)
	}
	i.Platform = i.Commands[0].Platform
	for _, json := range []bool{false, true} {
		a.json = json
		if err := a.printNew(i, i.FileName); err != nil {
			t.Error(err)
		}
	}
	printed, err := os.ReadFile(out.Name())
	if err != nil || len(printed) < 1000 {
		t.Fatalf("%q, %v", printed, err)
	}
	for line := range strings.Lines(string(printed)) {
		if strings.ContainsFunc(strings.TrimSuffix(line, "\n"), func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("printed %q", line)
		}
	}
}
