package clients

import (
	"context"
	"fmt"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

// examineTime bounds an examination; the agent stops after 24 seconds.
const examineTime = 27 * time.Second

// Examine asks a client what it finds out about itself and its ways to this
// site. It is no access to the computer, and is not noted as one. The errors are
// those of Open. What the client says is its claim: text to be shown.
func (r *Registry) Examine(ctx context.Context, id wire.ID) ([]wire.Finding, error) {
	limited, cancel := context.WithTimeout(ctx, examineTime)
	defer cancel()
	found, err := r.examine(limited, id)
	if err != nil {
		return nil, explain(ctx, err)
	}
	return found, nil
}

func (r *Registry) examine(ctx context.Context, id wire.ID) ([]wire.Finding, error) {
	link, err := r.reach(ctx, id, wire.KindDoctor)
	if err != nil {
		return nil, err
	}
	stream, _, err := converse(ctx, link, &wire.Open{Kind: wire.KindDoctor})
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	defer context.AfterFunc(ctx, func() { stream.Close() })()
	found, err := readFindings(stream)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return found, err
}

func readFindings(stream transport.Stream) ([]wire.Finding, error) {
	kind, body, err := wire.NewReader(stream, wire.MaxControl).Next()
	if err != nil {
		return nil, err
	}
	if kind != wire.TypeFindings {
		return nil, malformed(fmt.Errorf("type 0x%02x in place of Findings", uint8(kind)))
	}
	var found wire.Findings
	if err := wire.Unmarshal(body, &found); err != nil {
		return nil, malformed(err)
	}
	return found.All, nil
}
