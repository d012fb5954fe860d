// Package version holds the version of the product, one number for client,
// site and command line.
//
// It is not the version of the protocol (transport/wire) nor of the picture
// format (capture/frame): those change when bytes change, this with every
// release.
package version

// Number is the release, as in semver.org without the "v". Release builds set
// it with -ldflags "-X jump/internal/version.Number=1.2.3".
var Number = "0.1.0"
