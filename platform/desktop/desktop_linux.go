package desktop

import (
	"context"

	"jump/platform/x11"
)

func present(ctx context.Context) bool { return x11.Reachable(ctx) }
