//go:build linux

package service

import "testing"

func TestBoot(t *testing.T) {
	needRoot(t)
	tr := boot(t)
	t.Log(tr.run("loginctl"))
	tr.reboot()
	t.Log(tr.run("loginctl"))
}
