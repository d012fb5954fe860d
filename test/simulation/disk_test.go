package simulation

import (
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"

	"jump/internal/atomicfile"
)

// disk is the small part of a file system that a client's directory needs, as a
// journalling one is: what a power cut leaves of a file that was not synced is
// anything, and names change in the order in which they were changed, but when
// is known only after their directory was synced.
type disk struct {
	mu      sync.Mutex
	rand    *rand.Rand
	names   map[string]*inode // as programs see them
	durable map[string]*inode // as they are after a power cut at least
	journal []func(names map[string]*inode)
	full    float64 // how often a step fails
	steps   int
}

// inode is a file's content.
type inode struct {
	data   []byte
	synced bool
}

func newDisk(seed uint64) *disk {
	return &disk{rand: rand.New(rand.NewPCG(seed, 1)), names: map[string]*inode{}, durable: map[string]*inode{}}
}

var (
	errFull = errors.New("no space left on device")
	errDead = errors.New("the process is dead")
)

// powerCut forgets what was not synced.
func (d *disk) powerCut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, change := range d.journal[:d.rand.IntN(len(d.journal)+1)] {
		change(d.durable)
	}
	d.journal = nil
	d.names = map[string]*inode{}
	for _, name := range slices.Sorted(maps.Keys(d.durable)) {
		i := *d.durable[name]
		if !i.synced { // some of it was written, or its blocks are those of another file
			i.data = slices.Clone(i.data[:d.rand.IntN(len(i.data)+1)])
			i.synced = true
		}
		d.names[name] = &i
	}
	d.durable = maps.Clone(d.names)
}

// clone is the same disk in another computer: a snapshot is taken at any
// moment, so it is what a power cut would have left.
func (d *disk) clone(seed uint64) *disk {
	twin := newDisk(seed)
	d.mu.Lock()
	for name, i := range d.names {
		c := *i
		twin.names[name] = &c
	}
	for name, i := range d.durable {
		c := *i
		twin.durable[name] = &c
	}
	d.mu.Unlock()
	twin.powerCut()
	return twin
}

// handle is the disk as one process has it.
type handle struct {
	disk *disk
	by   *process
	left int // steps until the process is killed; 0: never
}

var _ atomicfile.Disk = (*handle)(nil)

// step begins one operation. What a dead process does has no effect.
func (h *handle) step() error {
	if h.by.dead() {
		return errDead
	}
	h.disk.steps++
	if h.left > 0 {
		if h.left--; h.left == 0 {
			h.by.kill()
			return errDead
		}
	}
	if h.disk.full > 0 && h.disk.rand.Float64() < h.disk.full {
		return errFull
	}
	return nil
}

func (h *handle) Read(name string, limit int64) ([]byte, error) {
	d := h.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	if h.by.dead() {
		return nil, errDead
	}
	i := d.names[name]
	if i == nil {
		return nil, fs.ErrNotExist
	}
	return slices.Clone(i.data[:min(int64(len(i.data)), limit)]), nil
}

func (h *handle) Remove(name string) error {
	d := h.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.names[name] == nil {
		return fs.ErrNotExist
	}
	if err := h.step(); err != nil {
		return err
	}
	d.apply(func(names map[string]*inode) { delete(names, name) })
	return nil
}

func (h *handle) Rename(from, to string) error {
	d := h.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := h.step(); err != nil {
		return err
	}
	d.apply(func(names map[string]*inode) {
		if i := names[from]; i != nil {
			delete(names, from)
			names[to] = i
		}
	})
	return nil
}

// apply changes names, now for programs and some time for the disk.
func (d *disk) apply(change func(names map[string]*inode)) {
	change(d.names)
	d.journal = append(d.journal, change)
}

func (h *handle) SyncDir(string) error {
	d := h.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := h.step(); err != nil {
		return err
	}
	for _, change := range d.journal {
		change(d.durable)
	}
	d.journal = nil
	return nil
}

func (h *handle) Create(name string, _ fs.FileMode) (atomicfile.File, error) {
	d := h.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.names[name] != nil {
		return nil, fs.ErrExist
	}
	if err := h.step(); err != nil {
		return nil, err
	}
	i := &inode{}
	d.apply(func(names map[string]*inode) { names[name] = i })
	return &file{h, i}, nil
}

// file is one that is being written.
type file struct {
	*handle
	inode *inode
}

func (f *file) Write(p []byte) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	err := f.step()
	if errors.Is(err, errFull) || f.by.dead() {
		p = p[:f.disk.rand.IntN(len(p)+1)]
	}
	f.inode.data, f.inode.synced = append(f.inode.data, p...), false
	return len(p), err
}

func (f *file) Sync() error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	err := f.step()
	if err == nil {
		f.inode.synced = true
	}
	return err
}

func (f *file) Close() error { return nil }
