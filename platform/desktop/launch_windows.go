package desktop

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"

	"jump/platform/ipc"
	"jump/platform/program"
)

// Launch says how to start this program once more, in the console's session.
type Launch struct {
	Session uint32
	Who     Who
	Desktop string   // Default or Secure
	Args    []string // of the program; none is a secret
	// Said is called, by one goroutine, with what the program writes to its
	// standard error: line by line, and no more than a log can take.
	Said func(line string)
}

// Launched is a program in the console's session. It ends with this process.
type Launched struct {
	*ipc.Pipe
	job     windows.Handle
	process windows.Handle
	begun   windows.Handle // an event
	silent  chan struct{}  // closed when all that it said was passed on; nil: it never ran
	end     func()
	done    chan struct{}
}

// InheritedFlag is the flag that the program is given. It passes its value to
// Inherited.
const InheritedFlag = "--inherited"

// Start starts the program. The error is ErrNobody if the user's rights are
// asked for and nobody is signed in.
func (l Launch) Start() (*Launched, error) {
	token, err := l.Who.token(l.Session)
	if err != nil {
		return nil, err
	}
	defer token.Close()
	pipe, ends, err := ipc.Pair()
	if err != nil {
		return nil, err
	}
	defer ends.Close()
	p := &Launched{Pipe: pipe, done: make(chan struct{})}
	p.end = sync.OnceFunc(p.release)
	if err := p.start(l, token, ends); err != nil {
		p.end()
		return nil, fmt.Errorf("start a seat in session %d: %w", l.Session, err)
	}
	return p, nil
}

func (p *Launched) start(l Launch, token windows.Token, ends ipc.Ends) (err error) {
	if p.job, err = program.NewJob(); err != nil {
		return err
	}
	inherit := windows.SecurityAttributes{InheritHandle: 1}
	inherit.Length = uint32(unsafe.Sizeof(inherit))
	const manualReset, unset = 1, 0
	if p.begun, err = windows.CreateEvent(&inherit, manualReset, unset, nil); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	line := windows.ComposeCommandLine(append(append([]string{self}, l.Args...), InheritedFlag, inherited(ends, p.begun)))
	env, err := token.Environ(false)
	if err != nil {
		return err
	}
	words, to, err := os.Pipe()
	if err != nil {
		return err
	}
	process, err := l.create(token, line, env, ends, p.begun, to)
	_ = to.Close()
	if err != nil {
		_ = words.Close()
		return err
	}
	defer windows.CloseHandle(process.Thread)
	p.silent = make(chan struct{})
	go func() {
		defer close(p.silent)
		defer words.Close()
		relay(words, l.Said)
	}()
	p.process = process.Process
	go p.wait()
	if err := program.AddToJob(p.job, process.ProcessId); err != nil {
		return errors.Join(err, windows.TerminateProcess(p.process, 1))
	}
	_, err = windows.ResumeThread(process.Thread)
	return err
}

// create makes the process, which does not run yet and inherits four handles
// and no other.
func (l Launch) create(token windows.Token, line string, env []string, ends ipc.Ends, begun windows.Handle, words *os.File) (p windows.ProcessInformation, err error) {
	attributes, err := windows.NewProcThreadAttributeList(1)
	if err != nil {
		return p, err
	}
	defer attributes.Delete()
	handles := []windows.Handle{ends.In, ends.Out, begun, windows.Handle(words.Fd())}
	if err := windows.SetHandleInformation(handles[3], windows.HANDLE_FLAG_INHERIT, windows.HANDLE_FLAG_INHERIT); err != nil {
		return p, err
	}
	if err := attributes.Update(windows.PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
		unsafe.Pointer(&handles[0]), uintptr(len(handles))*unsafe.Sizeof(handles[0])); err != nil {
		return p, err
	}
	desktop, err := windows.UTF16PtrFromString(`winsta0\` + l.Desktop)
	if err != nil {
		return p, err
	}
	arguments, err := windows.UTF16PtrFromString(line)
	if err != nil {
		return p, err
	}
	block, err := environment(env)
	if err != nil {
		return p, err
	}
	si := windows.StartupInfoEx{ProcThreadAttributeList: attributes.List()}
	si.Cb = uint32(unsafe.Sizeof(si))
	si.Desktop = desktop
	si.Flags, si.StdErr = windows.STARTF_USESTDHANDLES, handles[3]
	const flags = windows.CREATE_SUSPENDED | windows.CREATE_NO_WINDOW | windows.CREATE_UNICODE_ENVIRONMENT | windows.EXTENDED_STARTUPINFO_PRESENT
	err = windows.CreateProcessAsUser(token, nil, arguments, nil, nil, true, flags, block, nil, &si.StartupInfo, &p)
	return p, err
}

// environment is NAME=value, each ended by a zero, and one more at the end.
func environment(env []string) (*uint16, error) {
	var block []uint16
	for _, e := range env {
		units, err := windows.UTF16FromString(e)
		if err != nil {
			return nil, fmt.Errorf("a variable of the environment: %w", err)
		}
		block = append(block, units...)
	}
	return &append(block, 0, 0)[0], nil
}

// wait ends with the process.
func (p *Launched) wait() {
	defer close(p.done)
	_, _ = windows.WaitForSingleObject(p.process, windows.INFINITE)
}

// Done is closed when the program has ended.
func (p *Launched) Done() <-chan struct{} { return p.done }

// Begun reports whether the program has begun. It waits at most for the given
// milliseconds, and no longer than the program lives.
func (p *Launched) Begun(milliseconds uint32) bool {
	i, err := windows.WaitForMultipleObjects([]windows.Handle{p.begun, p.process}, false, milliseconds)
	return err == nil && i == windows.WAIT_OBJECT_0
}

// Close ends the program at once, and what it has started.
func (p *Launched) Close() error {
	p.end()
	return nil
}

func (p *Launched) release() {
	_ = p.Pipe.Close()
	if p.job != 0 {
		windows.CloseHandle(p.job) // ends what is in it
	}
	if p.process != 0 {
		<-p.done
		windows.CloseHandle(p.process)
	}
	if p.silent != nil {
		<-p.silent
	}
	if p.begun != 0 {
		windows.CloseHandle(p.begun)
	}
}

// inherited writes the numbers of handles down; they are the same in the
// program that inherits them.
func inherited(ends ipc.Ends, begun windows.Handle) string {
	return fmt.Sprintf("%d,%d,%d", ends.In, ends.Out, begun)
}

// Inherited reads what this program was given as its InheritedFlag: the pipe to
// who started it, and a function that says that it has begun.
func Inherited(text string) (pipe *ipc.Pipe, begun func() error, err error) {
	var ends ipc.Ends
	var event windows.Handle
	if _, err := fmt.Sscanf(text, "%d,%d,%d", &ends.In, &ends.Out, &event); err != nil {
		return nil, nil, fmt.Errorf("read what was inherited: %w", err)
	}
	return ends.Pipe(), func() error {
		defer windows.CloseHandle(event)
		if err := windows.SetEvent(event); err != nil {
			return fmt.Errorf("say that the seat has begun: %w", err)
		}
		return nil
	}, nil
}
