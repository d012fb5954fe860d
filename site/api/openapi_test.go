package api

import (
	"bytes"
	"os"
	"testing"
)

// described is where the console's types are made from.
const described = "../../web/src/api/openapi.json"

func TestDescriptionIsCommitted(t *testing.T) {
	want, err := Description()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(described)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the API is now: run go generate ./site/api", described)
	}
}
