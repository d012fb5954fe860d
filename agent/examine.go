package agent

import (
	"context"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

// examineTime bounds an examination: the site has people waiting for the answer.
const examineTime = 24 * time.Second

// examine answers what the site asks about the agent itself.
func (t *talks) examine(ctx context.Context, s transport.Stream) {
	select {
	case t.link.agent.examining <- struct{}{}:
		defer func() { <-t.link.agent.examining }()
	default:
		t.refuse(s, &wire.Refused{Code: wire.CodeOverloaded, RetryAfter: 10, Text: "This client is being examined already."})
		return
	}
	if wire.Send(s, wire.TypeOpened, wire.Opened{}) != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, examineTime)
	defer cancel()
	found := t.link.agent.Examine(ctx)
	if err := wire.Send(s, wire.TypeFindings, &wire.Findings{All: bounded(found)}); err != nil {
		t.link.agent.Log.Debug("findings were not sent", "error", err)
	}
}

// bounded cuts findings to what the site reads.
func bounded(found []wire.Finding) []wire.Finding {
	found = found[:min(len(found), wire.MaxFindings)]
	for i := range found {
		f := &found[i]
		f.Check, f.Text, f.Hint = clip(f.Check, 32), clip(f.Text, wire.MaxFinding), clip(f.Hint, wire.MaxFinding)
	}
	return found
}
