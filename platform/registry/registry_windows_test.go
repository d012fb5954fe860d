package registry

import (
	"slices"
	"testing"

	"jump/platform/acl"
)

func TestTree(t *testing.T) {
	top := Key{User, `Software\Jump Test\Registry`}
	sub := top.Sub("below")
	t.Cleanup(func() { _ = RemoveEmpty(top, `Software`) })
	const hostile = `"%COMSPEC%" [SystemFolder] $(x) ü` + "\n"
	if err := Set(sub, Value{"text", hostile}, Value{"", "default"}, Value{"number", uint32(7)}); err != nil {
		t.Fatal(err)
	}
	if got, err := Text(sub, "text"); err != nil || got != hostile {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := Text(sub, "missing"); err != nil || got != "" {
		t.Errorf("%q, %v", got, err)
	}
	if err := Protect(sub, acl.Key); err != nil {
		t.Error(err)
	}
	if names, err := Children(top); err != nil || !slices.Equal(names, []string{"below"}) {
		t.Errorf("%q, %v", names, err)
	}
	if err := RemoveEmpty(sub, `Software`); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := Remove(sub); err != nil {
			t.Error(err)
		}
		if err := Unset(sub, "text"); err != nil {
			t.Error(err)
		}
	}
	if err := RemoveEmpty(top, `Software`); err != nil {
		t.Error(err)
	}
	if names, err := Children(Key{User, `Software`}); err != nil || slices.Contains(names, "Jump Test") {
		t.Errorf("%q, %v", names, err)
	}
}
