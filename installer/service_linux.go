package installer

import "jump/agent/config"

// settleService fills in what service mode needs.
func settleService(o Options) (Options, error) {
	return o, refuse(ReasonUnsupported, "service mode is not supported by this version", "Give --user to install for one user.", nil)
}

// serviceSteps are the steps of service mode.
func serviceSteps(Options) ([]Step, error) { return nil, nil }

// serviceRemoval are the steps that take a client in service mode off.
func serviceRemoval(string, config.Config) ([]Step, error) { return nil, nil }
