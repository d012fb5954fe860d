package page

import (
	"encoding/base64"
	"fmt"
	"image"
	"strings"

	"jump/test/internal/picture"
)

// Canvas returns the first canvas of the page, which is the viewer's, pixel for
// pixel.
func (p *Page) Canvas() (image.Image, error) {
	const code = `await page.locator('canvas').first().waitFor()
	return await page.evaluate(() => {
		const from = document.querySelector('canvas')
		const to = document.createElement('canvas')
		to.width = from.width
		to.height = from.height
		to.getContext('2d').drawImage(from, 0, 0)
		return to.toDataURL('image/png')
	})`
	var data string
	if err := p.Do(code, nil, &data); err != nil {
		return nil, err
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(data, "data:image/png;base64,"))
	if err != nil {
		return nil, fmt.Errorf("read the canvas: %w", err)
	}
	return picture.Decode(raw)
}

// Click clicks a pixel of that canvas.
func (p *Page) Click(at image.Point) error {
	return p.Do(`const canvas = page.locator('canvas').first()
		const box = await canvas.boundingBox()
		const [w, h] = await canvas.evaluate((c) => [c.width, c.height])
		await page.mouse.click(box.x + arg.x * box.width / w, box.y + arg.y * box.height / h)`,
		map[string]int{"x": at.X, "y": at.Y}, nil)
}
