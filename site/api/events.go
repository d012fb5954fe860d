package api

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"sync"
	"time"

	"jump/site/auth"
	"jump/site/bus"
	"jump/site/clients"
	"jump/site/sessions"
	"jump/site/store"
	"jump/transport/wire"
)

// Times of the stream of events.
const (
	beatEvery   = 15 * time.Second // a comment, and a look whether the caller is still signed in
	countsEvery = time.Second      // at most, however much happens
	writeTime   = 30 * time.Second // for one event
)

// streamsPerUser is how many streams of events an account may have open, so
// that a script gone wild stops: each costs queries whenever something happens.
const streamsPerUser = 64

// streams counts the open streams of each account.
type streams struct {
	mu   sync.Mutex
	open map[string]int // without zeros
}

// enter reports whether there may be one more; then leave must follow.
func (s *streams) enter(user string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[user] >= streamsPerUser {
		return false
	}
	s.open[user]++
	return true
}

func (s *streams) leave(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[user]--; s.open[user] == 0 {
		delete(s.open, user)
	}
}

// ClientRemoved is the data of the event client_removed: the Jump Client is
// gone, or in a Jump Group that the caller does not see.
type ClientRemoved struct {
	ID string `json:"id"`
}

// SessionChanged is the data of the event session.
type SessionChanged struct {
	ID       string         `json:"id"`
	ClientID string         `json:"client_id"`
	State    sessions.State `json:"state" enum:"open,idle,ended"`
}

// eventTypes are the data of the events client, client_removed, counts,
// session and alarm. The event resync has none: whoever gets it loads its lists again.
var eventTypes = []reflect.Type{reflect.TypeFor[Client](), reflect.TypeFor[ClientRemoved](),
	reflect.TypeFor[Counts](), reflect.TypeFor[SessionChanged](), reflect.TypeFor[Alarm]()}

// feed is one caller's stream of events.
type feed struct {
	s       *Server
	w       http.ResponseWriter
	control *http.ResponseController
	request *http.Request
	user    auth.User
	// stale is whether the counts may have changed since they were sent.
	stale bool
}

// events answers with server-sent events until the caller goes away, signs out
// or the site stops.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(s.Ending, cancel)()
	user := callerOf(ctx).user
	if !s.streams.enter(user.Name) {
		fail(w, r, wire.CodeOverloaded)
		return
	}
	defer s.streams.leave(user.Name)
	f := &feed{s: s, w: w, control: http.NewResponseController(w), request: r, user: user}
	events := s.Bus.Subscribe(ctx)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	if f.write("retry: 2000\n\n") != nil {
		return
	}
	if err := f.run(ctx, events); err != nil && ctx.Err() == nil {
		slog.InfoContext(ctx, "a stream of events ended", "user", f.user.Name, "error", err)
	}
}

func (f *feed) run(ctx context.Context, events <-chan bus.Event) error {
	beat, count := time.NewTicker(beatEvery), time.NewTicker(countsEvery)
	defer beat.Stop()
	defer count.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case e, ok := <-events:
			if !ok {
				return nil
			}
			err = f.pass(e)
		case <-count.C:
			err = f.counts(ctx)
		case <-beat.C:
			err = f.beat(ctx)
		}
		if err != nil {
			return err
		}
	}
}

// beat keeps the connection in use and ends it when the caller may no longer
// listen.
func (f *feed) beat(ctx context.Context) error {
	u, err := f.s.still(f.request, callerOf(ctx))
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(u, f.user) {
		f.user, f.stale = u, true
		if err := f.send("resync", struct{}{}); err != nil {
			return err
		}
	}
	return f.write(": still here\n\n")
}

// still looks the caller of a long request up again.
func (s *Server) still(r *http.Request, c caller) (auth.User, error) {
	if c.cookie != "" {
		return s.Gate.Look(r.Context(), c.cookie)
	}
	u, _, err := s.identify(r)
	return u, err
}

// pass sends what the caller may see of an event.
func (f *feed) pass(e bus.Event) error {
	switch data := e.Data.(type) {
	case clients.Client:
		f.stale = true
		if !f.user.Sees(data.Group) {
			return nil
		}
		return f.send("client", f.s.clientOf(&data))
	case clients.Removed:
		f.stale = true
		if !f.user.Sees(data.Group) {
			return nil
		}
		return f.send("client_removed", ClientRemoved{data.ID.String()})
	case store.Alarm:
		if !f.user.Admin() {
			return nil
		}
		return f.send("alarm", alarmOf(&data, callerOf(f.request.Context()).language))
	case SessionEvent:
		if !f.user.Admin() && data.Session.User != f.user.Name {
			return nil
		}
		return f.send("session", SessionChanged{data.Session.ID, data.Session.Client.String(), data.State})
	}
	f.stale = true
	return f.send("resync", struct{}{})
}

func (f *feed) counts(ctx context.Context) error {
	if !f.stale {
		return nil
	}
	groups, err := f.s.visible(ctx, f.user)
	if err != nil {
		return err
	}
	counts, err := f.s.Clients.Counts(ctx, groups)
	if err != nil {
		return err
	}
	f.stale = false
	return f.send("counts", countsOf(counts))
}

func (f *feed) send(event string, data any) error {
	b, err := json.Marshal(data) // never with a line break in it
	if err != nil {
		return fmt.Errorf("encode event %s: %w", event, err)
	}
	return f.write("event: " + event + "\ndata: " + string(b) + "\n\n")
}

func (f *feed) write(s string) error {
	if err := f.control.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return err
	}
	if _, err := f.w.Write([]byte(s)); err != nil {
		return err
	}
	return f.control.Flush()
}

// SessionEvent is the data of bus.KindSession.
type SessionEvent struct {
	Session sessions.Session
	State   sessions.State
}
