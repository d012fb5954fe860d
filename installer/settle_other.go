//go:build !linux

package installer

import "path/filepath"

// settleDir chooses a directory that does not exist. In service mode safe
// refuses those below which others could put a program in the client's place.
func settleDir(o Options, safe func(parent string) error) (Options, error) {
	if o.Dir == "" {
		preferred, err := preferredDir(o.Mode)
		if err == nil {
			o.Dir, err = freeDir(preferred, o.Key)
		}
		if err != nil {
			return o, err
		}
	}
	o.Dir = filepath.Clean(o.Dir)
	if err := checkDir(o.Dir, o.Key); err != nil {
		return o, err
	}
	base, _, _, err := ancestor(o.Dir)
	if err != nil || o.Mode != ModeService {
		return o, err
	}
	return o, safe(base)
}
