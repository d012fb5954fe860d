package page

import (
	"image"

	"jump/test/internal/picture"
)

// Canvas returns the first canvas of the page, which is the viewer's, pixel for
// pixel.
func (p *Page) Canvas() (image.Image, error) {
	const code = "await page.locator('canvas').first().waitFor()\nreturn await page.evaluate(arg)"
	var data string
	if err := p.Do(code, picture.Canvas, &data); err != nil {
		return nil, err
	}
	return picture.DecodeAddress(data)
}

// Click clicks a pixel of that canvas.
func (p *Page) Click(at image.Point) error {
	return p.Do(`const canvas = page.locator('canvas').first()
		const box = await canvas.boundingBox()
		const [w, h] = await canvas.evaluate((c) => [c.width, c.height])
		await page.mouse.click(box.x + arg.x * box.width / w, box.y + arg.y * box.height / h)`,
		map[string]int{"x": at.X, "y": at.Y}, nil)
}
