package firefox

import (
	"encoding/json"
	"fmt"
	"image"

	"jump/test/internal/picture"
)

// Go loads an address.
func (p *Page) Go(url string) error {
	return p.ask("browsingContext.navigate", object{"context": p.context, "url": url, "wait": "complete"}, nil)
}

// Eval runs a JavaScript expression in the page, awaits it, and reads its value
// into into, unless that is nil.
func (p *Page) Eval(expression string, into any) error {
	var outcome struct {
		Result           struct{ Value string }
		ExceptionDetails struct{ Text string }
	}
	code := "(async () => JSON.stringify((await (" + expression + ")) ?? null))()"
	err := p.ask("script.evaluate", object{"expression": code, "target": object{"context": p.context}, "awaitPromise": true, "userActivation": true}, &outcome)
	if err != nil {
		return err
	}
	if outcome.ExceptionDetails.Text != "" {
		return fmt.Errorf("the page: %s", outcome.ExceptionDetails.Text)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal([]byte(outcome.Result.Value), into)
}

// Click clicks what has a role and a name, which must be there.
func (p *Page) Click(role, name string) error {
	return p.clickFound(object{"type": "accessibility", "value": object{"role": role, "name": name}}, 1)
}

// DoubleClick clicks twice what has a text without quotes, which must be there.
func (p *Page) DoubleClick(text string) error {
	return p.clickFound(object{"type": "xpath", "value": fmt.Sprintf(`//*[normalize-space(text())="%s"]`, text)}, 2)
}

// clickFound clicks the first element that a locator finds.
func (p *Page) clickFound(locator object, times int) error {
	var found struct{ Nodes []struct{ SharedID string } }
	if err := p.ask("browsingContext.locateNodes", object{"context": p.context, "locator": locator}, &found); err != nil {
		return err
	}
	if len(found.Nodes) == 0 {
		return fmt.Errorf("the page has no %v", locator["value"])
	}
	element := object{"type": "element", "element": object{"sharedId": found.Nodes[0].SharedID}}
	return p.click(object{"x": 0, "y": 0, "origin": element}, times)
}

// ClickScreen clicks a pixel of the first canvas, which is the viewer's.
func (p *Page) ClickScreen(at image.Point) error {
	var place struct{ X, Y float64 }
	const code = `(() => {
		const canvas = document.querySelector('canvas')
		const box = canvas.getBoundingClientRect()
		return {x: box.x + %d * box.width / canvas.width, y: box.y + %d * box.height / canvas.height}
	})()`
	if err := p.Eval(fmt.Sprintf(code, at.X, at.Y), &place); err != nil {
		return err
	}
	return p.click(object{"x": int(place.X), "y": int(place.Y)}, 1)
}

// click moves a mouse to a place and clicks there.
func (p *Page) click(place object, times int) error {
	place["type"] = "pointerMove"
	actions := []object{place}
	for range times {
		actions = append(actions, object{"type": "pointerDown", "button": 0}, object{"type": "pointerUp", "button": 0})
	}
	return p.act(object{"type": "pointer", "id": "mouse", "actions": actions})
}

// Keys without a character, for Type.
const (
	Tab   = "\uE004"
	Enter = "\uE006"
)

// Type presses the key of each character.
func (p *Page) Type(text string) error {
	var actions []object
	for _, r := range text {
		actions = append(actions, object{"type": "keyDown", "value": string(r)}, object{"type": "keyUp", "value": string(r)})
	}
	return p.act(object{"type": "key", "id": "keyboard", "actions": actions})
}

func (p *Page) act(source object) error {
	return p.ask("input.performActions", object{"context": p.context, "actions": []object{source}}, nil)
}

// Canvas returns the first canvas of the page, which is the viewer's, pixel for
// pixel.
func (p *Page) Canvas() (image.Image, error) {
	var data string
	if err := p.Eval(picture.Canvas, &data); err != nil {
		return nil, err
	}
	return picture.DecodeAddress(data)
}
