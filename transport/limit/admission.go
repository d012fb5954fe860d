package limit

import (
	"hash/maphash"
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Admission lets so many handshakes a second begin, and holds back a burst of
// one second. While less than half of that is left, nobody gets more than a fair
// share of it: what a second has, divided by the sources that ask in it and one
// that may still come. So whoever floods from a few addresses finds the door
// half closed, and others find it half open; who is alone gets all there is.
//
// It takes on less while the site is slow (Pace): what it cannot finish in time
// would be tried again, and again in vain. All methods are safe for concurrent
// use.
type Admission struct {
	most float64 // handshakes a second, while nothing is slow
	now  func() time.Time

	mu      sync.Mutex
	limiter *rate.Limiter
	adapted time.Time // when Pace last changed it
	window  time.Time // when the present second began
	seed    maphash.Seed
	sources [sourceSlots]uint32 // tries in this second, by a hash of the source
	asking  int                 // sources in this second
	asked   int                 // and in the one before
}

const (
	// sourceSlots bounds the memory: sources share a slot when their hashes do,
	// which differ every second.
	sourceSlots = 4096
	window      = time.Second

	// slow is a welcome that says that there is too much. It is more than the 2 s
	// for which a site may ask an old tunnel for a sign of life (site/tunnel).
	slow       = 2500 * time.Millisecond
	quick      = 250 * time.Millisecond // and one that is faster that there may be more
	adaptEvery = 100 * time.Millisecond
	leastShare = 30 // of the most that is begun in any case: one part in so many
)

// NewAdmission returns an Admission of so many handshakes a second.
func NewAdmission(perSecond float64) *Admission {
	return &Admission{most: perSecond, now: time.Now, limiter: rate.NewLimiter(rate.Limit(perSecond), burst(perSecond)), seed: maphash.MakeSeed()}
}

func burst(perSecond float64) int { return max(1, int(perSecond)) }

// Allow reports whether one more handshake from there may begin now, and counts
// it. Proved says that the peer has shown that it receives what is sent to that
// address; who has not gets only what nobody else needs.
func (a *Admission) Allow(from net.Addr, proved bool) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	busy := a.busyLocked(now)
	switch {
	case !proved && busy:
		return false
	case proved && a.countLocked(source(from), now) > a.shareLocked() && busy:
		return false
	}
	return a.limiter.AllowN(now, 1)
}

// countLocked counts one more try of a source, and returns how many these are in
// this second.
func (a *Admission) countLocked(of netip.Prefix, now time.Time) float64 {
	if now.Sub(a.window) >= window {
		a.asked, a.asking = a.asking, 0
		if now.Sub(a.window) >= 2*window {
			a.asked = 0
		}
		a.window, a.seed = now, maphash.MakeSeed()
		clear(a.sources[:])
	}
	slot := &a.sources[maphash.Comparable(a.seed, of)%sourceSlots]
	if *slot == 0 {
		a.asking++
	}
	*slot++
	return float64(*slot)
}

// shareLocked is what one source may begin in a second while it is busy.
func (a *Admission) shareLocked() float64 {
	return max(1, float64(a.limiter.Limit())/float64(1+max(a.asking, a.asked)))
}

// Busy reports whether more than half of what may begin at once has begun: time
// to ask for proofs of addresses.
func (a *Admission) Busy() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.busyLocked(a.now())
}

func (a *Admission) busyLocked(now time.Time) bool {
	return a.limiter.TokensAt(now) < float64(a.limiter.Burst())/2
}

// Pace takes in how long a peer that had come in waited for its welcome, which
// says how much more the site can take on: half of it after a slow one, a
// twentieth more after a quick one, from a thirtieth up to all.
func (a *Admission) Pace(took time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now, limit := a.now(), float64(a.limiter.Limit())
	switch {
	case took > slow && now.Sub(a.adapted) >= slow:
		limit /= 2
	case took < quick && now.Sub(a.adapted) >= adaptEvery:
		limit += a.most / 20
	default:
		return
	}
	a.adapted = now
	limit = min(max(limit, a.most/leastShare), a.most)
	a.limiter.SetLimitAt(now, rate.Limit(limit))
	a.limiter.SetBurstAt(now, burst(limit))
}

// source is what counts as one: an IPv4 address, and of an IPv6 address the
// first 64 bits, which one customer has whole.
func source(a net.Addr) netip.Prefix {
	var ip netip.Addr
	switch a := a.(type) {
	case *net.UDPAddr:
		ip = a.AddrPort().Addr()
	case *net.TCPAddr:
		ip = a.AddrPort().Addr()
	}
	bits := 32
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		bits = 64
	}
	p, _ := ip.Prefix(bits) // the zero Prefix is a source, too
	return p
}
