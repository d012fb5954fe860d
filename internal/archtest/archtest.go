// Package archtest holds the shape of the tree: who may import whom, on every
// operating system, and the house rules that a machine can check.
//
// It is not a linter and it is not shipped: it has tests and what they share.
// The policy is in policy.txt, which is the map of the system as well.
package archtest

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// Module is the path that all our packages begin with.
const Module = "jump"

//go:embed policy.txt
var policyText string

// Package is what `go list` says of one of our packages on one system.
type Package struct {
	ImportPath   string
	Dir          string
	Doc          string
	GoFiles      []string
	TestGoFiles  []string
	XTestGoFiles []string
	Imports      []string
}

// Name returns the path below the module, "." for the module itself.
func (p Package) Name() string {
	if p.ImportPath == Module {
		return "."
	}
	return strings.TrimPrefix(p.ImportPath, Module+"/")
}

// List returns all packages of the module as they are built for goos.
func List(root, goos string) ([]Package, error) {
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Dir,Doc,GoFiles,TestGoFiles,XTestGoFiles,Imports", "./...")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH=amd64", "CGO_ENABLED=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list for %s: %w: %s", goos, err, stderr.Bytes())
	}
	var all []Package
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p Package
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list for %s: %w", goos, err)
		}
		if len(p.GoFiles)+len(p.TestGoFiles)+len(p.XTestGoFiles) > 0 {
			all = append(all, p)
		}
	}
}

// Policy is what policy.txt says.
type Policy struct {
	Ours    map[string][]string // package → patterns of our packages it may import
	Foreign map[string][]string // module prefix → patterns of our packages that may import it
}

// ReadPolicy parses the policy. A line is "subject: pattern pattern …"; a
// pattern is a package, or "dir/..." for it and all below.
func ReadPolicy() (Policy, error) {
	p := Policy{map[string][]string{}, map[string][]string{}}
	into := p.Ours
	for s := bufio.NewScanner(strings.NewReader(policyText)); s.Scan(); {
		line, _, _ := strings.Cut(s.Text(), "#")
		switch line = strings.TrimSpace(line); {
		case line == "":
		case line == "[ours]":
			into = p.Ours
		case line == "[foreign]":
			into = p.Foreign
		default:
			subject, rest, ok := strings.Cut(line, ":")
			if _, twice := into[subject]; !ok || twice {
				return p, fmt.Errorf("policy: bad or second line for %q", subject)
			}
			into[subject] = strings.Fields(rest)
		}
	}
	return p, nil
}

// Match reports whether name is one of the patterns.
func Match(patterns []string, name string) bool {
	for _, pattern := range patterns {
		dir, below := strings.CutSuffix(pattern, "/...")
		if name == dir || below && strings.HasPrefix(name, dir+"/") {
			return true
		}
	}
	return false
}
