// Package web holds the console's built files, so that the site is one program.
// It is not what serves them (package jump/site/console), and it does not build
// them: `npm run build` in this folder does, and its result is committed.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var built embed.FS

// Files returns the built files: index.html, and assets whose names carry a
// hash of their content.
func Files() fs.FS {
	files, err := fs.Sub(built, "dist")
	if err != nil {
		panic(err) // fails only for a path that is not valid
	}
	return files
}
