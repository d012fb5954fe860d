package desktop

import (
	"context"

	"github.com/kbinani/screenshot"
)

func present(context.Context) bool { return screenshot.NumActiveDisplays() > 0 }
