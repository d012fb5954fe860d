package desktop

import (
	"context"

	"github.com/go-vgo/robotgo/darwin"
)

func present(context.Context) bool { return darwin.MainDisplayID() != 0 }
