package installer

import "jump/agent/config"

// settleService fills in what service mode needs.
func settleService(o Options) (Options, error) {
	return o, refuse(ReasonUnsupported, "service mode is not supported by this version", "Give --user to install for one user.", nil)
}

// serviceSteps are the steps of service mode.
func serviceSteps(Options) ([]Step, error) { return nil, nil }

// serviceRemoval are the steps that stop a client in service mode, and those
// that take it off.
func serviceRemoval(string, config.Config) (stop, remove []Step, err error) { return nil, nil, nil }
