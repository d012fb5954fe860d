package picture

import (
	"encoding/base64"
	"fmt"
	"image"
	"strings"
)

// Canvas is a JavaScript expression: the first canvas of a page, which is the
// viewer's, as an address that DecodeAddress reads, pixel for pixel.
const Canvas = `(() => {
	const from = document.querySelector('canvas')
	const to = document.createElement('canvas')
	to.width = from.width
	to.height = from.height
	to.getContext('2d').drawImage(from, 0, 0)
	return to.toDataURL('image/png')
})()`

// DecodeAddress reads a PNG in a data address (RFC 2397).
func DecodeAddress(data string) (image.Image, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(data, "data:image/png;base64,"))
	if err != nil {
		return nil, fmt.Errorf("read a picture: %w", err)
	}
	return Decode(raw)
}
