// Package service registers the client with the system's service manager, and
// starts, stops and asks about it: systemd on Linux, the service control manager
// on Windows.
//
// It is not an installer (that decides what is registered and when, and undoes
// it), it runs no service, and it does nothing for clients of a user, which are
// started by a desktop's autostart or an init-script.
package service

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
)

// Spec says what to register. Strings are data: whatever is in them, they are
// written so that the service manager reads them back as they are, or refused.
type Spec struct {
	Name        string   // see Name
	Title       string   // its name for people, where the manager has such a thing
	Description string   // one line for people
	Program     string   // absolute path
	Args        []string // of the service; none is a secret: others can see them
	// Account is what the service runs as: on Linux the name of a system user;
	// on Windows empty, for the local system.
	Account string
	// State is the one directory that the service may write to.
	State string
	// Broker are the arguments of the program's privileged half, which starts
	// seats and has no network. nil where there is none: on Windows the service
	// does it by itself.
	Broker []string
	// Ended is a file that a service leaves which has ended for good, and
	// Uninstall are the arguments of the program, as root, that then takes it
	// off. Both empty: nobody does. Windows needs none: the service has the
	// rights itself.
	Ended     string
	Uninstall []string
	// Auto says that it is started when the computer boots.
	Auto bool
}

// State is what a service does.
type State int

// The states.
const (
	StateAbsent  State = iota // not registered
	StateStopped              // registered; also when it failed
	StateRunning              // or about to
)

// ErrUnsupported says that this computer has no service manager that is known
// here.
var ErrUnsupported = fmt.Errorf("no service manager: %w", errors.ErrUnsupported)

// Name returns the name of the service of the client in a directory, so that
// clients in different directories live side by side.
func Name(dir string) string { return servicePrefix + digest(dir) }

// BrokerName returns the name of that client's broker.
func BrokerName(dir string) string { return brokerPrefix + digest(dir) }

const (
	servicePrefix = "jumpclient-"
	brokerPrefix  = "jumpclient-broker-"
	endedPrefix   = "jumpclient-ended-"
)

// digest is short and of letters and digits only, for names.
func digest(dir string) string {
	sum := sha256.Sum256([]byte(dir))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:digestSize])
}

const digestSize = 8
