package tls

import (
	"io"
	"net"
	"runtime"
	"testing"

	"jump/transport"
	"jump/transport/limit"
	"jump/transport/transporttest"
)

// BenchmarkIdle tells what an idle tunnel costs both ends together.
func BenchmarkIdle(b *testing.B) {
	l := benchListener(b)
	d := benchDialer(b, l)
	before := memory()
	var all []transport.Tunnel
	for b.Loop() {
		agent, site := benchPair(b, l, d)
		all = append(all, agent, site)
	}
	b.ReportMetric(float64(memory()-before)/float64(len(all)/2), "B/tunnel")
	for _, t := range all {
		go t.Close("over")
	}
}

// BenchmarkVolume sends over one stream.
func BenchmarkVolume(b *testing.B) {
	l := benchListener(b)
	agent, site := benchPair(b, l, benchDialer(b, l))
	defer agent.Close("over")
	out, err := site.Open(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	chunk := make([]byte, 64<<10)
	b.SetBytes(int64(len(chunk)))
	go func() {
		in, err := agent.Accept(b.Context())
		if err == nil {
			io.Copy(io.Discard, in)
		}
	}()
	for b.Loop() {
		if _, err := out.Write(chunk); err != nil {
			b.Fatal(err)
		}
	}
}

func memory() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

func benchListener(b *testing.B) *Listener {
	tcp, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	l, err := Listen(tcp, transporttest.Key("site"), Options{Admission: limit.NewAdmission(1e9)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close(); l.Others().Close() })
	return l
}

func benchDialer(b *testing.B, l *Listener) transport.Dialer {
	at := l.Addr().(*net.TCPAddr).AddrPort()
	d, err := NewDialer(Config{Host: at.Addr().String(), Port: at.Port(), Site: transporttest.ID("site"), Key: transporttest.Key("agent")})
	if err != nil {
		b.Fatal(err)
	}
	return d
}

func benchPair(b *testing.B, l *Listener, d transport.Dialer) (agent, site transport.Tunnel) {
	agent, err := d.Dial(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if site, err = l.Accept(b.Context()); err != nil {
		b.Fatal(err)
	}
	return agent, site
}
