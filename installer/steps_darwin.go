package installer

import "jump/agent/config"

var errUnsupported = refuse(ReasonUnsupported, "installing on macOS is not supported by this version", "", nil)

func settle(o Options) (Options, error) { return o, errUnsupported }

func steps(Options) (do, finish []Step, err error) { return nil, nil, errUnsupported }

func removal(string, config.Config) (stop, remove []Step, err error) { return nil, nil, errUnsupported }
