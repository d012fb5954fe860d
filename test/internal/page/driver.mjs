// Drives one Chromium for Go programs. Every line on standard input is
// {code, arg}: the body of an async function of (page, arg, seen, context).
// The answer is one line, {value} or {error}. seen collects what the page
// complains about. The browser ends with standard input.
import { createRequire } from 'node:module'
import readline from 'node:readline'

const [modules, profile, spki, width, height, display] = process.argv.slice(1)
const { chromium } = createRequire(modules)('playwright-core')
const AsyncFunction = (async () => {}).constructor

const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  headless: !display,
  viewport: display ? null : { width: Number(width), height: Number(height) },
  env: display ? { ...process.env, DISPLAY: display } : process.env,
  locale: 'en-GB',
  args: [
    '--no-sandbox', // the tests may run as root
    '--no-first-run',
    ...(display ? ['--kiosk', '--test-type', '--window-position=0,0', `--window-size=${width},${height}`] : []),
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    spki ? `--ignore-certificate-errors-spki-list=${spki}` : '--ignore-certificate-errors',
  ],
})
context.setDefaultTimeout(20_000)
const page = context.pages()[0] ?? (await context.newPage())
const seen = []
page.on('console', (m) => ['error', 'warning'].includes(m.type()) && seen.push(`${m.type()}: ${m.text()}`))
page.on('pageerror', (e) => seen.push(`uncaught: ${e.message}`))
page.on('dialog', (d) => {
  seen.push(`dialog: ${d.message()}`)
  d.dismiss()
})

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`)
say({ value: 'ready' })
for await (const line of readline.createInterface({ input: process.stdin })) {
  try {
    const { code, arg } = JSON.parse(line)
    const value = await new AsyncFunction('page', 'arg', 'seen', 'context', code)(page, arg, seen, context)
    say({ value: value ?? null })
  } catch (e) {
    say({ error: String(e?.message ?? e) })
  }
}
await context.close()
