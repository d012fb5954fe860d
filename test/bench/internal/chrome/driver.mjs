// Opens the console in Chromium, jumps to the only client, and watches its
// canvas. Every line on standard input is the code of an async function of page;
// the answer is one line, {value} or {error}. The browser ends with standard input.
import { createRequire } from 'node:module'
import readline from 'node:readline'

const [modules, url, name, password, mark] = process.argv.slice(1)
const { chromium } = createRequire(modules)('playwright-core')
const AsyncFunction = (async () => {}).constructor
const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`)

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--no-first-run', '--disable-background-networking', '--ignore-certificate-errors'],
})
const page = await browser.newPage({ viewport: { width: 1920, height: 1200 }, locale: 'en-GB' })

async function jump() {
  await page.goto(url)
  await page.getByLabel('User name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('row').filter({ hasText: 'Online' }).first().dblclick()
  await page.locator('canvas').waitFor()
  await page.evaluate(watch, JSON.parse(mark))
}

// Looks at the canvas whenever the browser shows a picture: at the mark's colour,
// and whether a column of the scene is another one than before.
function watch([x, y]) {
  const from = document.querySelector('canvas')
  const to = new OffscreenCanvas(1, 512).getContext('2d', { willReadFrequently: true })
  const seen = { white: undefined, at: 0, pictures: 0, changes: 0, column: undefined }
  window.seen = seen
  const look = () => {
    const at = performance.timeOrigin + performance.now()
    to.drawImage(from, x, y, 1, 1, 0, 0, 1, 1)
    const white = to.getImageData(0, 0, 1, 1).data[0] > 128
    if (white !== seen.white) Object.assign(seen, { white, at })
    to.drawImage(from, from.width / 2, 200, 1, 512, 0, 0, 1, 512)
    const column = new Uint32Array(to.getImageData(0, 0, 1, 512).data.buffer)
    seen.pictures++
    if (seen.column && column.some((v, i) => v !== seen.column[i])) seen.changes++
    seen.column = column
    requestAnimationFrame(look)
  }
  look()
}

const answer = (work) => work().then((value) => say({ value: value ?? null }), (e) => say({ error: String(e?.message ?? e) }))
await answer(jump)
for await (const line of readline.createInterface({ input: process.stdin }))
  await answer(() => new AsyncFunction('page', JSON.parse(line))(page))
await browser.close()
