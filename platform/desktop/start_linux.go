package desktop

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/godbus/dbus/v5"
)

// Names of the service manager on the system bus, see
// org.freedesktop.systemd1(5).
const (
	systemd1        = "org.freedesktop.systemd1"
	systemd1Path    = dbus.ObjectPath("/org/freedesktop/systemd1")
	systemd1Manager = systemd1 + ".Manager"
)

// Program is what to start.
type Program struct {
	Name string   // begins the name of its unit
	Args []string // Args[0] is an absolute path
	// Pipe becomes its standard input; it stays the caller's. What it prints
	// goes to the journal.
	Pipe *os.File
	// Confined says that the program needs to start nothing with other rights
	// and to reach no network: a setuid program is no way out of it.
	Confined bool
}

// property is a setting of a unit, see systemd.exec(5) and systemd.service(5)
// for those with the same names.
type property struct {
	Name  string
	Value dbus.Variant
}

// Start starts a program as the user of a session, for as long as that session
// lives, and returns the name of its unit. The service manager starts it, so
// that it inherits nothing of this process: no right, no restriction, no
// variable. It counts as the user's (slice and limits) and ends with the
// session. It needs root.
func (l *Logins) Start(ctx context.Context, s Session, p Program) (unit string, err error) {
	unit = fmt.Sprintf("%s-%d-%s.service", p.Name, s.UID, strings.ToLower(rand.Text()[:8]))
	settings := append(common(p),
		property{"User", dbus.MakeVariant(strconv.FormatUint(uint64(s.UID), 10))},
		property{"Slice", dbus.MakeVariant(fmt.Sprintf("user-%d.slice", s.UID))},
		property{"Environment", dbus.MakeVariant(s.environment())},
		property{"BindsTo", dbus.MakeVariant([]string{s.Scope})},
		property{"After", dbus.MakeVariant([]string{s.Scope})})
	if p.Pipe != nil {
		settings = append(settings, property{"StandardInputFileDescriptor", dbus.MakeVariant(dbus.UnixFD(p.Pipe.Fd()))})
	}
	if p.Confined {
		settings = append(settings, confined()...)
	}
	return unit, l.start(ctx, unit, settings)
}

func (l *Logins) start(ctx context.Context, unit string, settings []property) error {
	none := []struct {
		Unit     string
		Settings []property
	}{}
	err := l.bus.Object(systemd1, systemd1Path).CallWithContext(ctx, systemd1Manager+".StartTransientUnit", 0, unit, "fail", settings, none).Err
	if err != nil {
		return fmt.Errorf("start %s: %w", unit, err)
	}
	return nil
}

// Stop ends what Start started and waits for nothing.
func (l *Logins) Stop(ctx context.Context, unit string) error {
	err := l.bus.Object(systemd1, systemd1Path).CallWithContext(ctx, systemd1Manager+".StopUnit", 0, unit, "replace").Err
	var failed dbus.Error
	if errors.As(err, &failed) && failed.Name == systemd1+".NoSuchUnit" {
		return nil // it ended by itself
	}
	if err != nil {
		return fmt.Errorf("stop %s: %w", unit, err)
	}
	return nil
}

// stopTimeout is how long a program may take to end, in microseconds.
const stopTimeout = uint64(5_000_000)

func common(p Program) []property {
	type command struct {
		Path   string
		Args   []string
		Ignore bool
	}
	return []property{
		{"Description", dbus.MakeVariant("Jump Client: " + p.Name)},
		{"Type", dbus.MakeVariant("simple")}, // "exec" is not known before systemd 240
		{"CollectMode", dbus.MakeVariant("inactive-or-failed")},
		{"ExecStart", dbus.MakeVariant([]command{{p.Args[0], p.Args, false}})},
		{"WorkingDirectory", dbus.MakeVariant("/")},
		{"StandardOutput", dbus.MakeVariant("journal")},
		{"StandardError", dbus.MakeVariant("journal")},
		{"TimeoutStopUSec", dbus.MakeVariant(stopTimeout)},
		// A shell's programs expect that a broken pipe ends them.
		{"IgnoreSIGPIPE", dbus.MakeVariant(false)},
		{"LimitCORE", dbus.MakeVariant(uint64(0))},
	}
}

// confined are restrictions of a program that shows a screen and no more.
func confined() []property {
	return []property{
		{"NoNewPrivileges", dbus.MakeVariant(true)},
		{"RestrictAddressFamilies", dbus.MakeVariant(struct {
			Only     bool
			Families []string
		}{true, []string{"AF_UNIX"}})},
		{"RestrictNamespaces", dbus.MakeVariant(uint64(0))},
		{"LockPersonality", dbus.MakeVariant(true)},
		{"MemoryDenyWriteExecute", dbus.MakeVariant(true)},
		{"RestrictRealtime", dbus.MakeVariant(true)},
	}
}

// environment says where the program is. Which display that session has, the
// program finds out by itself (Adopt).
func (s Session) environment() []string {
	return []string{
		"XDG_SESSION_ID=" + s.ID, "XDG_SESSION_CLASS=" + s.Class, "XDG_SESSION_TYPE=" + s.Type,
		"XDG_SEAT=" + s.Seat, "XDG_RUNTIME_DIR=/run/user/" + strconv.FormatUint(uint64(s.UID), 10),
		"JUMP_SESSION_SCOPE=" + s.Scope, "JUMP_SESSION_DISPLAY=" + s.Display,
	}
}
