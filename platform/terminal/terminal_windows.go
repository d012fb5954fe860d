package terminal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"jump/platform/program"
)

// terminal is a pseudo console (ConPTY, Windows 10 1809 and later). Verified by
// compiling only; to be seen on a real Windows.
type terminal struct {
	console windows.Handle
	in      *os.File // what is typed
	out     *os.File // what is shown
	job     windows.Handle
	process windows.Handle
	hangUp  sync.Once // closes the console
	once    sync.Once
	ended   chan struct{}
	status  int   // valid after ended
	err     error // valid after ended
}

var _ Terminal = (*terminal)(nil)

// Start runs a program in a new terminal.
func Start(spec Spec, size Size) (Terminal, error) {
	t := &terminal{ended: make(chan struct{})}
	if err := t.open(size); err != nil {
		return nil, fmt.Errorf("open a pseudo console: %w", err)
	}
	if err := t.start(spec); err != nil {
		t.hang()
		t.in.Close()
		t.out.Close()
		return nil, fmt.Errorf("start a program in a pseudo console: %w", err)
	}
	go t.wait()
	return t, nil
}

func (t *terminal) open(size Size) error {
	theirIn, in, err := os.Pipe()
	if err != nil {
		return err
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		return errors.Join(err, theirIn.Close(), in.Close())
	}
	// The console has its own copies of the two ends that it uses.
	defer theirIn.Close()
	defer theirOut.Close()
	err = windows.CreatePseudoConsole(coord(size), windows.Handle(theirIn.Fd()), windows.Handle(theirOut.Fd()), 0, &t.console)
	if err != nil {
		return errors.Join(err, in.Close(), out.Close())
	}
	t.in, t.out = in, out
	return nil
}

func coord(s Size) windows.Coord { return windows.Coord{X: int16(s.Columns), Y: int16(s.Rows)} }

func (t *terminal) start(spec Spec) error {
	attributes, err := windows.NewProcThreadAttributeList(1)
	if err != nil {
		return err
	}
	defer attributes.Delete()
	// The attribute's value is the handle itself, not where it is kept.
	if err := attributes.Update(windows.PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE, *(*unsafe.Pointer)(unsafe.Pointer(&t.console)), unsafe.Sizeof(t.console)); err != nil {
		return err
	}
	job, err := program.NewJob()
	if err != nil {
		return err
	}
	info := windows.StartupInfoEx{ProcThreadAttributeList: attributes.List()}
	info.Cb = uint32(unsafe.Sizeof(info))
	info.Flags = windows.STARTF_USESTDHANDLES // none, or it would inherit this process's
	var p windows.ProcessInformation
	if err := create(spec, &info.StartupInfo, &p); err != nil {
		return errors.Join(err, windows.CloseHandle(job))
	}
	defer windows.CloseHandle(p.Thread)
	t.job, t.process = job, p.Process
	// It runs only when it belongs to the job.
	err = program.AddToJob(job, p.ProcessId)
	if _, failed := windows.ResumeThread(p.Thread); err == nil {
		err = failed
	}
	if err != nil {
		windows.TerminateProcess(p.Process, 1)
		return errors.Join(err, windows.CloseHandle(p.Process), windows.CloseHandle(job))
	}
	return nil
}

func create(spec Spec, info *windows.StartupInfo, p *windows.ProcessInformation) error {
	args, dir := spec.Args, spec.Dir
	if len(args) == 0 {
		args = []string{shell()}
	}
	if dir == "" {
		dir = program.Home()
	}
	line, err := windows.UTF16PtrFromString(windows.ComposeCommandLine(args))
	if err != nil {
		return err
	}
	where, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return err
	}
	const flags = windows.EXTENDED_STARTUPINFO_PRESENT | windows.CREATE_UNICODE_ENVIRONMENT | windows.CREATE_SUSPENDED
	return windows.CreateProcess(nil, line, nil, nil, false, flags, nil, where, info, p)
}

// shell returns PowerShell, which every Windows has, by its full path.
func shell() string {
	root, err := windows.GetSystemDirectory()
	if err != nil {
		root = `C:\Windows\System32`
	}
	return filepath.Join(root, `WindowsPowerShell\v1.0\powershell.exe`)
}

func (t *terminal) wait() {
	defer close(t.ended)
	defer t.hang() // only that ends what Read waits for
	if _, err := windows.WaitForSingleObject(t.process, windows.INFINITE); err != nil {
		t.err = fmt.Errorf("wait for a program: %w", err)
		return
	}
	var code uint32
	if err := windows.GetExitCodeProcess(t.process, &code); err != nil {
		t.err = fmt.Errorf("ask for a program's status: %w", err)
	}
	t.status = int(code)
}

func (t *terminal) hang() { t.hangUp.Do(func() { windows.ClosePseudoConsole(t.console) }) }

func (t *terminal) Read(p []byte) (int, error) {
	n, err := t.out.Read(p)
	if errors.Is(err, windows.ERROR_BROKEN_PIPE) || errors.Is(err, os.ErrClosed) {
		err = io.EOF
	}
	return n, err
}

func (t *terminal) Write(p []byte) (int, error) { return t.in.Write(p) }

func (t *terminal) Resize(s Size) error {
	if err := windows.ResizePseudoConsole(t.console, coord(s)); err != nil {
		return fmt.Errorf("resize a pseudo console: %w", err)
	}
	return nil
}

func (t *terminal) Wait() (int, error) {
	<-t.ended
	return t.status, t.err
}

func (t *terminal) Close() error {
	var err error
	t.once.Do(func() {
		err = t.in.Close()
		go t.hang() // it may wait for a reader, which the pipe's end frees
		select {
		case <-t.ended:
		case <-time.After(Grace):
			windows.TerminateJobObject(t.job, 1)
			<-t.ended
		}
		err = errors.Join(err, t.out.Close(), windows.CloseHandle(t.process), windows.CloseHandle(t.job))
	})
	return err
}
