package pac

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// shared are names below which a country registers domains for anybody:
// wpad.co.uk is somebody's, and not the network's.
var shared = []string{"co", "com", "org", "net", "edu", "ac", "gov", "gob", "gv", "or", "ne", "go", "gen", "info", "name", "school", "sch", "mil", "nom", "asso", "ltd", "plc", "me"}

// Places returns where the scripts of networks with such domains would be: of
// each domain exactly, and of none above it. Climbing up ends at names that
// anybody can register, which is how WPAD was abused.
func Places(domains []string) (urls []string) {
	for _, d := range domains {
		d = strings.ToLower(strings.Trim(d, "."))
		labels := strings.Split(d, ".")
		last := len(labels) - 1
		switch {
		case len(labels) < 2, len(d) > 240, slices.Contains(labels, ""), strings.Trim(d, "abcdefghijklmnopqrstuvwxyz0123456789-._") != "":
			continue
		case len(labels) == 2 && len(labels[last]) == 2 && slices.Contains(shared, labels[0]):
			continue
		}
		if len(urls) < maxPlaces {
			urls = append(urls, "http://wpad."+d+"/wpad.dat")
		}
	}
	return urls
}

// maxPlaces bounds the domains that are asked.
const maxPlaces = 3

// FetchAny gets the first script that there is.
func FetchAny(ctx context.Context, urls []string, dial Dial) (text string, err error) {
	if len(urls) == 0 {
		return "", errors.New("this computer knows no domain in which to look for a script (WPAD)")
	}
	var failed []error
	for _, u := range urls {
		if text, err = Fetch(ctx, u, dial); err == nil {
			return text, nil
		}
		failed = append(failed, fmt.Errorf("%s: %w", u, err))
	}
	return "", errors.Join(failed...)
}
