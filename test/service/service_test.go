//go:build linux

package service

import (
	"strings"
	"testing"
)

// Colours of the screens, as testdata/tree sets them.
const (
	greeterColour = 0x903030
	annaColour    = 0x204080
	benColour     = 0x408020
)

// installed is where the client goes if nobody says.
const installed = "/opt/jumpclient"

// TestFirst is the whole way: install, see the sign-in screen, log in.
func TestFirst(t *testing.T) {
	needRoot(t)
	tr := boot(t)
	s := newSite(t, tr.net.here)
	tr.copy(program("jumpclient"), "/root/jumpclient")
	t.Log(tr.run("/root/jumpclient", "install", "--mode", "service", "--key-info", s.keyInfo(), "--jc-name", "tree", "--wait-online", "60s"))
	c := s.await("tree", "online")
	v := s.view(c)
	v.shows(790, 590, greeterColour)
	t.Log(tr.run("ps", "-eo", "user,pid,args"))
	_ = strings.Contains
}
