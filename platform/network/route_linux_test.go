package network

import (
	"strings"
	"testing"
)

func TestRoutes(t *testing.T) {
	for line, want := range map[string]string{
		"eth0	00000000	0101A8C0	0003	0	0	100	00000000	0	0	0": "eth0 192.168.1.1 100",
		"eth0	0001A8C0	00000000	0001	0	0	0	00FFFFFF	0	0	0":   "",
		"eth0	00000000	xx01A8C0	0003	0	0	100	00000000	0	0	0": "",
		"eth0	00000000": "",
	} {
		if r, ok := parseRoute4(strings.Fields(line)); ok != (want != "") || ok && r.String() != want {
			t.Errorf("%q: %v, %v", line, r, ok)
		}
	}
	const zero = "00000000000000000000000000000000"
	for line, want := range map[string]string{
		zero + " 00 " + zero + " 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003 eth0": "eth0 fe80::1 1024",
		zero + " 00 " + zero + " 00 " + zero + " ffffffff 00000001 00000000 00200200 lo":                       "",
		"20010db8000000000000000000000000 40 " + zero + " 00 " + zero + " 00000100 00000001 00000000 1 eth0":   "",
	} {
		if r, ok := parseRoute6(strings.Fields(line)); ok != (want != "") || ok && r.String() != want {
			t.Errorf("%q: %v, %v", line, r, ok)
		}
	}
}
