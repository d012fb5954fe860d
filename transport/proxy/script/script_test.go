package script

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// eval returns what a function with that body returns, as a text.
func eval(t testing.TB, body string) (string, error) {
	p, err := Run(t.Context(), "function f(a, b) {"+body+"\n}", nil)
	if err != nil {
		return "", err
	}
	return p.Call(t.Context(), "f", "host.example.com", "http://host.example.com:81/path")
}

func TestLanguage(t *testing.T) {
	for body, want := range map[string]string{
		`return 1 + 2 * 3 - 4 / 2`: "5",
		`return "a" + 1 + 2`:       "a12",
		`return 1 + 2 + "a"`:       "3a",
		`return 7 % 4 + (5 & 6) + (1 << 4) + (-1 >>> 28) + (~0)`:                                               "37",
		`return [1,2,[3,4]] + ""`:                                                                              "1,2,3,4",
		`return 0.1 + 0.2`:                                                                                     "0.30000000000000004",
		`return 1e21 + " " + 1/3 + " " + -0 + " " + 0x1F + " " + 017`:                                          "1e+21 0.3333333333333333 0 31 15",
		`return null == undefined && null !== undefined && "1" == 1`:                                           "true",
		`return typeof a + typeof 1 + typeof f + typeof {} + typeof nix`:                                       "stringnumberfunctionobjectundefined",
		`var x = 0; for (var i = 0; i < 10; i++) { if (i == 3) continue; if (i == 6) break; x += i } return x`: "12",
		`var s = ""; for (var k in {a: 1, "b": 2, 3: 4}) s += k; return s`:                                     "ab3",
		`var s = ""; for (const v of [1, 2, 3]) s += v; return s`:                                              "123",
		`var i = 0; do i++; while (i < 5)
		 return i`: "5",
		`var i = 5; while (i --> 0) { if (i < 3) break }
		 return i`: "2",
		`outer: for (var i = 0; i < 3; i++) for (var j = 0; j < 3; j++) { if (j == 1) continue outer; if (i == 2) break outer } return i + "" + j`: "20",
		`switch (a.length) { case 1: return "one"; case 16: b = "x"; default: b += "y"; break; case 3: return 3 } return b`:                        "xy",
		`try { nix() } catch (e) { return e.name + ": " + e.message } finally { a = 1 }`:                                                           "Error: nix is not defined",
		`try { throw "x" } catch (e) { return e }`:                                      "x",
		`try { return 1 } finally { a = 2 }`:                                            "1",
		`var g = function (n) { return n < 2 ? n : g(n - 1) + g(n - 2) }; return g(10)`: "55",
		`function C(x) { this.x = x } C.prototype.get = function () { return this.x }; return new C(5).get() + "" + (new C(1) instanceof C)`:                                              "5true",
		`var h = (x, y) => x + y, k = x => { return x * 2 }; return h(1, 2) + k(4)`:                                                                                                       "11",
		"let x = 3; { let x = 4 } return `a${x + `${1}`}b${a}`":                                                                                                                           "a31bhost.example.com",
		`return a.substring(0, 4) + a.substr(5, 7) + a.slice(-4) + a.charAt(0) + a[1] + a.charCodeAt(0)`:                                                                                  "hostexample.comho104",
		`return a.indexOf("example") + a.lastIndexOf(".") + a.indexOf("nix") + a.indexOf("o", 2) + a.lastIndexOf(".", 11)`:                                                                "34",
		`return a.split(".").reverse().join("/") + a.split(".", 1)`:                                                                                                                       "com/example/hosthost",
		`return a.toUpperCase() + " x ".trim() + a.startsWith("host") + a.endsWith(".com") + a.includes("ple")`:                                                                           "HOST.EXAMPLE.COMxtruetruetrue",
		`return /^host\.(\w+)\./.test(a) + " " + a.match(/(\w+)\.com$/i)[1] + a.search(/ex/) + /[/]/.exec(b)[0]`:                                                                          "true example5/",
		`return b.replace(/^https?:\/\/([^:\/]+).*$/, "$1") + "aaa".replace("a", "b") + "aaa".replace(/a/g, function (x) { return x + "." })`:                                             "host.example.combaaa.a.a.",
		`return "a1b22c".split(/\d+/).join("-") + "x1y2".match(/\d/g).length`:                                                                                                             "a-b-c2",
		`var l = [3, 1, 2]; l.push(10); l.sort(); return l + "|" + l.sort(function (x, y) { return x - y }) + l.length + l.pop() + l.shift()`:                                             "1,10,2,3|1,2,3,104101",
		`var l = []; l[3] = 1; l.length = 2; return l.length + [1, 2].concat([3], 4).slice(1) + [1].indexOf(2) + [1, 2].some(x => x > 1) + [1, 2, 3].filter(x => x != 2).map(x => x + 1)`: "22,3,4-1true2,4",
		`return parseInt("12px") + parseInt("ff", 16) + parseInt("0x10") + Number("3") + parseFloat("1.5e1x") + isNaN("x")`:                                                               "302",
		`return Math.floor(2.7) + Math.max(1, 5, 3) + Math.abs(-2) + (5).toString(2) + Math.round(2.5) + (1.005).toFixed(1)`:                                                              "910131.0",
		`var o = {f() { return this.x }, x: 1, "y z": 2}; delete o.x; return o.f() + " " + o["y z"] + ("x" in o) + o.hasOwnProperty("y z")`:                                               "undefined 2falsetrue",
		`var x = 1, y
		 x
		 ++
		 y
		 return x`: "1",
		`return`:                                 "undefined",
		`return arguments.length + arguments[0]`: "2host.example.com",
		`var d = new Date(2024, 1, 29, 12, 30); return d.getDay() + "" + d.getMonth() + d.getDate() + d.getHours() + d.getFullYear()`: "41291220" + "24",
		`return a ? b ? 1 : 2 : 3`:                  "1",
		`return (1, 2, 3) + void 0`:                 "NaN",
		`return "é".length + "\u00e9\x41\n".length`: "6",
		`<!-- old
		 return 1`: "1",
		`if (0) return 1; else if ("") return 2; else return 3`: "3",
		`return a && 0 || "x" && (null ?? "y")`:                 "y",
	} {
		if got, err := eval(t, body); err != nil || got != want {
			t.Errorf("%s\n\t%q, %v; want %q", body, got, err, want)
		}
	}
}

// TestLongChains: what real scripts have thousands of in a row.
func TestLongChains(t *testing.T) {
	for name, body := range map[string]string{
		"else if":   strings.Repeat(`if (a == "x") return 1; else `, 3000) + "return 7",
		"or":        "return (" + strings.Repeat(`a == "x" || `, 5000) + "true) ? 7 : 0",
		"plus":      "return " + strings.Repeat("0 + ", 5000) + "7",
		"condition": "return " + strings.Repeat(`a == "x" ? 1 : `, 5000) + "7",
		"array":     "return [" + strings.Repeat(`"some.domain.example", `, 20000) + "7][20000]",
		"object":    "return {" + strings.Repeat(`"some.domain.example": 1, `, 20000) + `"x": 7}.x`,
	} {
		if got, err := eval(t, body); err != nil || got != "7" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// TestHostile: no script takes more than it is given.
func TestHostile(t *testing.T) {
	for body, want := range map[string]error{
		`while (true);`:                                             ErrSteps,
		`for (;;) { try { f() } catch (e) {} }`:                     nil,
		`try { return f() } catch (e) { return 1 }`:                 ErrDepth,
		`var s = "x"; while (true) s += s`:                          ErrMemory,
		`var l = []; while (true) l.push(l)`:                        ErrMemory,
		`var l = []; l[99999999] = 1`:                               ErrMemory,
		`return new Array(30000000).length`:                         ErrMemory,
		`return "x".repeat(1e9)`:                                    ErrMemory,
		`var l = []; l[0] = l; l[1] = l; return "" + l`:             nil,
		strings.Repeat("(", 1000):                                   ErrDepth,
		strings.Repeat("{", 1000):                                   ErrDepth,
		"return " + strings.Repeat("!", 1000) + "1":                 ErrDepth,
		"return " + strings.Repeat("`${", 1000):                     nil,
		"return a" + strings.Repeat(".a", 1000):                     ErrDepth,
		`return /(a*)*b/.test("` + strings.Repeat("a", 5000) + `")`: nil,
		`return /(?:(?:a{1000}){1000}){1000}/.test(a)`:              nil,
		`var r = /x{999}/; return r.test("x".repeat(99999))`:        ErrMemory,
		`var g = [].push; return g.call("x")`:                       nil,
		`var d = new Date().getDay; return d()`:                     nil,
		`return new Date(8.64e99).getDay()`:                         nil,
		`return (1e300).toString(2) + (1).toFixed(1e9) + "x".substr(NaN, -1e300) + [].slice(1e300, -1e300)`: nil,
	} {
		start := time.Now()
		_, err := eval(t, body)
		if want != nil && !errors.Is(err, want) {
			t.Errorf("%.80s: %v, want %v", body, err, want)
		}
		if d := time.Since(start); d > 30*time.Second {
			t.Errorf("%.80s: %v", body, d)
		}
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("gone")
	cancel(gone)
	if _, err := Run(ctx, "1", nil); !errors.Is(err, gone) {
		t.Errorf("after the end: %v", err)
	}
}

// TestRefused: what the language is not is said with its line.
func TestRefused(t *testing.T) {
	for body, want := range map[string]string{
		"var x = ;":                    "line 1",
		"\n\nclass A {}":               "line 3",
		"return 'x":                    "does not end",
		"return /(?=x)/.test(a)":       "regular expression",
		"return nix.length":            "nix is not defined",
		"return a.nix.length":          "undefined has no",
		"return a.nix()":               "is not a function",
		"1 = 2":                        "where no assignment should be",
		"return #":                     "means nothing",
		strings.Repeat(" ", MaxSource): "too much memory",
	} {
		if _, err := eval(t, body); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", body, err, want)
		}
	}
}

// FuzzRun: whatever a script says, it ends.
func FuzzRun(f *testing.F) {
	for _, s := range []string{
		`function FindProxyForURL(url, host) { if (/^a(b)/i.test(host)) return "PROXY a:1"; return "DIRECT" }`,
		"for (var i in [1, 2, {a: `x${i}`}]) { switch (i) { case '0': continue; default: throw new Error(i) } }",
		`try { var l = [1, 2].map(x => x + 1).concat("a".split("")), o = new Date(0); l.sort(); o.x = l } finally { l.length = 0 }`,
		`a: while (1) { do { break a } while (0) } function C() { this.x = arguments } new C(1).x.length--; delete C.y`,
		`var g = "".replace; g.call("aXb", /x/gi, "$&$1"); isNaN(parseInt("0x1", 36) >>> 3 ^ ~1); "abc".match(/./g)[1].charCodeAt()`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		p, err := Run(ctx, source, nil)
		if err == nil && p.Has("FindProxyForURL") {
			_, _ = p.Call(ctx, "FindProxyForURL", "https://host.example.com/", "host.example.com")
		}
	})
}
