package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

var systems = []string{"linux", "windows", "darwin"}

// listed is what List said of a system.
var listed = map[string][]Package{}

func load(t *testing.T, goos string) []Package {
	t.Helper()
	if all, ok := listed[goos]; ok {
		return all
	}
	all, err := List(root, goos)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 5 {
		t.Fatalf("only %d packages found", len(all))
	}
	listed[goos] = all
	return all
}

// TestImports is a statement of policy. Do not change policy.txt to fix a build.
func TestImports(t *testing.T) {
	policy, err := ReadPolicy()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, goos := range systems {
		for _, p := range load(t, goos) {
			used[p.Name()] = true
			checkImports(t, policy, goos, p)
		}
	}
	for name := range policy.Ours {
		if !used[name] {
			t.Errorf("policy.txt names %s, which does not exist", name)
		}
	}
}

func checkImports(t *testing.T, policy Policy, goos string, p Package) {
	t.Helper()
	allowed, known := policy.Ours[p.Name()]
	if !known {
		t.Errorf("%s has no line in policy.txt: say what it may import", p.Name())
	}
	for _, path := range p.Imports {
		if name, ours := strings.CutPrefix(path, Module+"/"); ours {
			if !Match(allowed, name) {
				t.Errorf("%s: %s must not import %s", goos, p.Name(), name)
			}
			continue
		}
		if first, _, _ := strings.Cut(path, "/"); !strings.Contains(first, ".") {
			continue // the standard library
		}
		if !Match(foreign(policy, path), p.Name()) {
			t.Errorf("%s: %s must not import %s", goos, p.Name(), path)
		}
	}
}

// foreign returns who may import a package of somebody else's: the line with
// the longest prefix counts.
func foreign(policy Policy, path string) []string {
	best := ""
	for prefix := range policy.Foreign {
		if (path == prefix || strings.HasPrefix(path, prefix+"/")) && len(prefix) > len(best) {
			best = prefix
		}
	}
	return policy.Foreign[best]
}

func TestPackageDocs(t *testing.T) {
	seen := map[string]bool{}
	for _, goos := range systems {
		for _, p := range load(t, goos) {
			if seen[p.ImportPath] || len(p.GoFiles) == 0 {
				continue
			}
			seen[p.ImportPath] = true
			checkDoc(t, p)
		}
	}
}

// checkDoc demands one doc comment, which says what the package is not.
func checkDoc(t *testing.T, p Package) {
	t.Helper()
	var docs []string
	said := false
	for _, f := range parse(t, p, p.GoFiles) {
		if f.file.Doc != nil {
			docs = append(docs, filepath.Base(f.path))
			text := " " + strings.Join(strings.Fields(f.file.Doc.Text()), " ")
			said = said || strings.Contains(text, " not ") || strings.Contains(text, " no ")
		}
	}
	switch {
	case len(docs) == 0:
		t.Errorf("%s has no package comment", p.Name())
	case len(docs) > 1:
		t.Errorf("%s has package comments in %v: keep one", p.Name(), docs)
	case !said:
		t.Errorf("%s: the package comment does not say what the package is not", p.Name())
	}
}

type source struct {
	path string
	file *ast.File
	set  *token.FileSet
}

func parse(t *testing.T, p Package, names []string) []source {
	t.Helper()
	var out []source
	for _, name := range names {
		set := token.NewFileSet()
		path := filepath.Join(p.Dir, name)
		f, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, source{path, f, set})
	}
	return out
}

// uses calls report at every selector pkg.name, wherever pkg is an import.
func uses(s source, pkg, name string, report func(token.Position)) {
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != name {
			return true
		}
		if id, ok := sel.X.(*ast.Ident); ok && id.Name == pkg && id.Obj == nil {
			report(s.set.Position(sel.Pos()))
		}
		return true
	})
}

// TestSystems: what knows its operating system lives in platform and capture.
func TestSystems(t *testing.T) {
	for _, p := range load(t, "linux") {
		if Match([]string{"platform/...", "capture/...", "internal/archtest", "test/..."}, p.Name()) {
			continue
		}
		for _, s := range parse(t, p, p.GoFiles) {
			uses(s, "runtime", "GOOS", func(at token.Position) { t.Errorf("%s: runtime.GOOS outside platform and capture", at) })
		}
	}
}

// TestNoSleep: time is simulated in tests, or waited for by an event.
func TestNoSleep(t *testing.T) {
	for _, p := range load(t, "linux") {
		for _, s := range parse(t, p, slices.Concat(p.TestGoFiles, p.XTestGoFiles)) {
			if bubbled(s) {
				continue
			}
			uses(s, "time", "Sleep", func(at token.Position) { t.Errorf("%s: time.Sleep in a test", at) })
		}
	}
}

// bubbled reports whether a file uses testing/synctest, where Sleep is
// simulated and costs nothing.
func bubbled(s source) bool {
	return slices.ContainsFunc(s.file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"testing/synctest"` })
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"agent", "agent", true}, {"agent", "agent/config", false}, {"agent/...", "agent", true},
		{"agent/...", "agent/config", true}, {"agent/...", "agents", false},
	} {
		if got := Match([]string{c.pattern}, c.name); got != c.want {
			t.Errorf("Match(%q, %q) = %v", c.pattern, c.name, got)
		}
	}
}
