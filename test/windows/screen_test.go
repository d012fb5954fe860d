//go:build linux && amd64

package windows

import (
	"bufio"
	"bytes"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"jump/internal/testwait"
	"jump/platform/child"
	"jump/test/internal/picture"
)

// Size of the screen; not a multiple of any tile.
const (
	screenWidth  = 1000
	screenHeight = 700
)

// screen is what wine's desktop is shown on.
type screen struct{ display string } // ":7"

func startScreen(t *testing.T) *screen {
	t.Helper()
	number, tell, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer number.Close()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", screenWidth, screenHeight), "-nolisten", "tcp", "-noreset")
	cmd.ExtraFiles = []*os.File{tell}
	server, err := child.Start(cmd)
	if err != nil {
		t.Fatalf("start Xvfb (see `make setup`): %v", err)
	}
	t.Cleanup(func() { _ = server.Stop(0) })
	tell.Close()
	line, err := bufio.NewReader(number).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb does not say its number: %v", err)
	}
	return &screen{":" + strings.TrimSpace(line)}
}

// shot is what the X server itself says it shows.
func (s *screen) shot(t *testing.T) image.Image {
	t.Helper()
	cmd := exec.CommandContext(limited(t), "import", "-display", s.display, "-window", "root", "-depth", "8", "png:-")
	b, err := cmd.Output()
	if err != nil {
		t.Fatalf("take a picture of the screen: %v", err)
	}
	m, err := picture.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// withScreen returns another Windows, whose desktop is on a screen. It shares
// the files of this one, but for the registry, which changes.
func (w *wine) withScreen(t *testing.T, s *screen) *wine {
	t.Helper()
	other := &wine{prefix: filepath.Join(shared.dir, "screen"), screen: s}
	output(t, exec.Command("cp", "--archive", "--link", w.prefix, other.prefix))
	registry, err := filepath.Glob(filepath.Join(w.prefix, "*.reg"))
	if err != nil {
		t.Fatal(err)
	}
	output(t, exec.Command("cp", append(append([]string{"--archive", "--remove-destination"}, registry...), other.prefix)...))
	t.Cleanup(other.stop)
	for _, v := range [][]string{
		// A desktop of one window, in which windows are as on a real screen.
		{`HKCU\Software\Wine\Explorer`, "/v", "Desktop", "/d", "Default"},
		{`HKCU\Software\Wine\Explorer\Desktops`, "/v", "Default", "/d", fmt.Sprintf("%dx%d", screenWidth, screenHeight)},
		// Programs of a service get their environment from here, and wine's know
		// the X server by this variable.
		{`HKLM\System\CurrentControlSet\Control\Session Manager\Environment`, "/v", "DISPLAY", "/d", s.display},
		// A caret that blinks would let no picture equal the next.
		{`HKCU\Control Panel\Desktop`, "/v", "CursorBlinkRate", "/d", "-1"},
	} {
		if err := other.set(v...); err != nil {
			t.Fatal(err)
		}
	}
	other.stop() // and with it the desktop as it was
	if err := other.signIn(); err != nil {
		t.Fatal(err)
	}
	return other
}

// shows waits until the page shows what the screen does, every pixel.
func (b *browser) shows(s *screen) {
	b.t.Helper()
	testwait.Eventually(b.t, "the page shows the screen", func() error { return picture.Difference(b.canvas(), s.shot(b.t)) })
}

// line is what is typed: signs of the keyboard, and some that it has not.
const line = "Hello, wine! äöü ß € ñ 你 x"

// TestScreen: a representative with a browser sees what a program of Windows
// draws, clicks into it, types, and sees what that does. First with a client that
// runs in the user's session, then with a seat of a service that the computer's
// start has started.
func TestScreen(t *testing.T) {
	w, s := shared.wine.withScreen(t, startScreen(t)), newSite(t)
	capture(t, w)
	_, keyInfo := s.key()
	run := w.start(t, program("jumpclient.exe"), "run", "--dir", `C:\users\screen`, "--key-info", keyInfo)
	c := s.online("the client", func(client) bool { return true })
	w.write(t, s, c, "user.txt")
	if err := run.Stop(0); err != nil {
		t.Error(err)
	}

	uid, keyInfo := s.key()
	const dir = `C:\Program Files\Screen`
	w.showLog(t, dir)
	w.must(t, w.stamped(t, uid, keyInfo), "--install-dir", dir, "--jc-name", "of the service", "--silent")
	ours := func(c client) bool { return c.Name == "of the service" }
	id := s.online("the service", ours).ID
	w.interactive(t, w.service(t, dir+`\jumpclient.exe`))
	w.stop()
	s.becomes(id, "offline")
	if err := w.signIn(); err != nil {
		t.Fatal(err)
	}
	w.write(t, s, s.online("the service, after a restart,", ours), "service.txt")
}

// interactive has a service stand at the user's desktop from its next start on,
// which none of ours needs on Windows: there all threads of a seat stand at the
// desktop that the seat was started for. Under wine 8 the first thread does, and
// every other one where the service stands; that is a desktop without a screen,
// and which of its threads is first to ask for the screen is up to Go.
func (w *wine) interactive(t *testing.T, name string) {
	t.Helper()
	const kind = "0x110" // SERVICE_WIN32_OWN_PROCESS | SERVICE_INTERACTIVE_PROCESS
	if err := w.set(`HKLM\System\CurrentControlSet\Services\`+name, "/v", "Type", "/t", "REG_DWORD", "/d", kind); err != nil {
		t.Fatal(err)
	}
}

// write has a representative write into a new file, in notepad and in a browser.
func (w *wine) write(t *testing.T, s *site, c client, name string) {
	t.Helper()
	note := w.path(`C:\users\` + name)
	bom := "\uFEFF" // says UTF-8
	if err := os.WriteFile(note, []byte(bom), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := w.screen.shot(t)
	pad := w.start(t, "notepad", `C:\users\`+name)
	testwait.Eventually(t, "notepad is on the screen", func() error {
		if picture.Difference(w.screen.shot(t), empty) == nil {
			return fmt.Errorf("the screen is empty")
		}
		return nil
	})

	b := newBrowser(t, s)
	b.open(s, c.Name)
	b.shows(w.screen)
	untouched := w.screen.shot(t)
	b.click(image.Pt(200, 200))
	b.do(`await page.keyboard.type(arg)
		await page.keyboard.press('Shift+Home')
		await page.keyboard.press('Control+c')
		await page.keyboard.press('End')
		await page.keyboard.press('Enter')
		await page.keyboard.press('Control+v')
		await page.keyboard.press('Control+s')`, line, nil)
	testwait.Eventually(t, "what was typed was written", func() error {
		got, err := os.ReadFile(note)
		if want := bom + line + "\r\n" + line; err != nil || !bytes.Equal(got, []byte(want)) {
			return fmt.Errorf("the file has %q, %v", got, err)
		}
		return nil
	})
	b.shows(w.screen)
	b.picture(name + ".png")
	if picture.Difference(w.screen.shot(t), untouched) == nil {
		t.Error("the screen looks as before anything was typed")
	}
	if err := pad.Stop(0); err != nil {
		t.Error(err)
	}
}

// start runs a program of that Windows until the end of the test.
func (w *wine) start(t *testing.T, name string, args ...string) *child.Process {
	t.Helper()
	p, err := child.Start(w.command(name, args...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Stop(0) })
	return p
}

// capture holds what Windows shows to the contract of its package: first by the
// pictures of GDI, since this wine cannot duplicate a desktop, and then with a
// stand-in for the DLLs that do that, on a monitor that is turned as well.
func capture(t *testing.T, w *wine) {
	t.Helper()
	name := filepath.Join(w.prefix, "drive_c", "capture.test.exe")
	build := exec.Command("go", "test", "-c", "-ldflags", "-s -w", "-o", name, "jump/capture")
	build.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0")
	output(t, build)
	captures(t, w, "-test.run=GDI|Open", "TestGDI/first_wait", "TestOpen")
	defer w.standIn(t)()
	captures(t, w, "-test.run=Duplication|Open", "TestDuplication/first_wait", "TestDuplication/lost", "TestDuplicationAgain", "TestOpen")
	for quarters := range 3 {
		w.env = append(w.env, fmt.Sprintf("JUMP_TURN=%d", quarters+1))
		captures(t, w, "-test.run=TestDuplication$/^(first_wait|damage|scroll)$", "TestDuplication/scroll")
	}
}

func captures(t *testing.T, w *wine, which string, passed ...string) {
	t.Helper()
	r := w.try(t, `C:\capture.test.exe`, "-test.v", which)
	for _, name := range passed {
		if !strings.Contains(r.out, "--- PASS: "+name+" ") {
			t.Errorf("%s has not passed", name)
		}
	}
	if t.Failed() || r.status != 0 {
		t.Fatalf("%s: status %d\n%s", which, r.status, r.out)
	}
}

// standIn puts DLLs in place that duplicate the desktop (testdata), and returns
// what puts wine's own back.
func (w *wine) standIn(t *testing.T) (restore func()) {
	t.Helper()
	restore = func() { w.env = nil }
	for _, name := range []string{"dxgi.dll", "d3d11.dll"} {
		dll, last := w.path(`C:\windows\system32\`+name), restore
		if err := os.Rename(dll, dll+".own"); err != nil {
			t.Fatal(err)
		}
		restore = func() {
			last()
			if err := os.Rename(dll+".own", dll); err != nil {
				t.Error(err)
			}
		}
		output(t, exec.Command("x86_64-w64-mingw32-gcc", "-Wall", "-Werror", "-shared", "-s", "-static-libgcc", "-o", dll, "testdata/duplication.c", "-lgdi32"))
	}
	w.env = []string{"WINEDLLOVERRIDES=mscoree,mshtml=;dxgi,d3d11=n"}
	return restore
}
