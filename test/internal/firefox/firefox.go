// Package firefox is one page of a Firefox, driven by WebDriver BiDi
// (https://w3c.github.io/webdriver-bidi/), for Playwright brings a Firefox of its
// own and does not get along with others.
//
// It is no test of the console, of which it knows the canvas only.
package firefox

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"jump/platform/child"
)

const (
	program = "firefox-esr" // as Debian calls it
	answers = 30 * time.Second
)

// A page that is driven sees the focus come and go only without the first.
const preferences = `user_pref("focusmanager.testmode", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("app.normandy.enabled", false);
`

var listens = regexp.MustCompile(`WebDriver BiDi listening on (ws://\S+)`)

// Page is a Firefox with one page. One goroutine uses it.
type Page struct {
	process    *child.Process
	conn       *websocket.Conn
	commands   int    // sent until now
	context    string // the page, as BiDi calls it
	complaints []string
}

// Start starts a Firefox that shows nothing, with its files in a folder, and
// accepts every certificate. It ends with Close, or with this program.
func Start(profile string, size image.Point) (*Page, error) {
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(preferences), 0o600); err != nil {
		return nil, fmt.Errorf("start firefox: %w", err)
	}
	cmd := exec.Command(program, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0", "about:blank")
	cmd.Env = append(os.Environ(), "HOME="+profile)
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start firefox: %w", err)
	}
	cmd.Stderr = write
	process, err := child.Start(cmd)
	write.Close()
	if err != nil {
		read.Close()
		return nil, fmt.Errorf("start firefox: %w", err)
	}
	p := &Page{process: process}
	if err := p.begin(read, size); err != nil {
		p.Close()
		return nil, fmt.Errorf("start firefox: %w", err)
	}
	return p, nil
}

// begin connects to a Firefox that says where it listens, and owns what it says.
func (p *Page) begin(says io.ReadCloser, size image.Point) error {
	address, err := find(says)
	if err != nil {
		says.Close()
		return err
	}
	go func() { // until it ends: it blocks where nobody listens
		_, _ = io.Copy(io.Discard, says)
		says.Close()
	}()
	ctx, cancel := context.WithTimeout(context.Background(), answers)
	defer cancel()
	if p.conn, _, err = websocket.Dial(ctx, address+"/session", nil); err != nil {
		return err
	}
	p.conn.SetReadLimit(-1) // pictures are long
	return p.open(size)
}

// find returns the address that a Firefox says it listens at.
func find(says io.Reader) (string, error) {
	lines := bufio.NewScanner(says)
	for lines.Scan() {
		if found := listens.FindStringSubmatch(lines.Text()); found != nil {
			return found[1], nil
		}
	}
	return "", errors.Join(errors.New("it ended"), lines.Err())
}

// open begins a session and finds the page.
func (p *Page) open(size image.Point) error {
	var tree struct{ Contexts []struct{ Context string } }
	if err := p.ask("session.new", object{"capabilities": object{"alwaysMatch": object{"acceptInsecureCerts": true}}}, nil); err != nil {
		return err
	}
	if err := p.ask("session.subscribe", object{"events": []string{"log.entryAdded"}}, nil); err != nil {
		return err
	}
	if err := p.ask("browsingContext.getTree", object{}, &tree); err != nil {
		return err
	}
	if len(tree.Contexts) == 0 {
		return errors.New("it has no page")
	}
	p.context = tree.Contexts[0].Context
	viewport := object{"width": size.X, "height": size.Y}
	return p.ask("browsingContext.setViewport", object{"context": p.context, "viewport": viewport}, nil)
}

// Close ends the browser, and all that it started.
func (p *Page) Close() error {
	if p.conn != nil {
		p.conn.CloseNow()
	}
	return p.process.Stop(0)
}

// Complaints is what the page wrote into the console as errors and warnings.
func (p *Page) Complaints() []string { return p.complaints }

type object = map[string]any

// message is what a Firefox says: an answer, or an event.
type message struct {
	ID      int
	Error   string
	Message string
	Method  string
	Result  json.RawMessage
	Params  struct{ Level, Text string } // of log.entryAdded
}

// ask sends a command and reads its result into into, unless that is nil.
func (p *Page) ask(method string, params object, into any) error {
	ctx, cancel := context.WithTimeout(context.Background(), answers)
	defer cancel()
	p.commands++
	if err := wsjson.Write(ctx, p.conn, object{"id": p.commands, "method": method, "params": params}); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	answer, err := p.answer(ctx)
	if err == nil && answer.Error != "" {
		err = fmt.Errorf("%s: %s", answer.Error, answer.Message)
	}
	if err == nil && into != nil {
		err = json.Unmarshal(answer.Result, into)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	return nil
}

// answer reads until the last command is answered.
func (p *Page) answer(ctx context.Context) (message, error) {
	for {
		var m message
		if err := wsjson.Read(ctx, p.conn, &m); err != nil {
			return m, err
		}
		if m.ID == p.commands {
			return m, nil
		}
		if m.Method == "log.entryAdded" && (m.Params.Level == "error" || m.Params.Level == "warn") {
			p.complaints = append(p.complaints, m.Params.Text)
		}
	}
}
