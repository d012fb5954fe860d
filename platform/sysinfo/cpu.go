package sysinfo

import (
	"context"
	"errors"
	"sync"

	"github.com/shirou/gopsutil/v4/cpu"
)

// meter remembers the processors' times between two reads of this process.
var meter load

type load struct {
	mu                  sync.Mutex
	lastBusy, lastTotal float64 // seconds since boot, over all processors
	lastPermille        int
}

// read returns the part of the time since the last read that the processors
// were busy, in permille.
func (l *load) read(ctx context.Context) (int, error) {
	times, err := cpu.TimesWithContext(ctx, false)
	if err != nil {
		return 0, err
	}
	if len(times) != 1 {
		return 0, errors.New("no times of the processors")
	}
	t := times[0]
	busy := t.User + t.System + t.Nice + t.Irq + t.Softirq + t.Steal
	return l.add(busy, busy+t.Idle+t.Iowait), nil
}

// add notes a reading. One that comes too soon after the last to have moved
// gives the last answer again.
func (l *load) add(busy, total float64) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d := total - l.lastTotal; d > 0 {
		l.lastPermille = min(max(int(1000*(busy-l.lastBusy)/d+0.5), 0), 1000)
		l.lastBusy, l.lastTotal = busy, total
	}
	return l.lastPermille
}
