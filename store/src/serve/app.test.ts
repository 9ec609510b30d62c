// What the server of a site answers, and with which headers.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createSite } from './app.ts'

const CONFIG = {
  name: 'Test',
  parts: ['store'],
  chains: [
    {
      slug: 'local',
      name: 'Local',
      chainId: 31_337,
      hub: `0x${'1'.repeat(40)}`,
      rpcUrl: 'http://127.0.0.1:8545',
      marketUrl: 'https://market.example/api',
      storageUrl: 'https://storage.example',
      poolUrls: ['https://pool.example'],
    },
  ],
  listings: ['registry/index.json', 'https://other.example/index.json'],
}
const PAGE = '<!doctype html><html><head><base href="/" /><title>Test</title></head></html>'
const SCRIPT = `console.log(1)\n${'// long enough to be packed\n'.repeat(100)}`

let site: string
let shell: string
let ask: (path: string, headers?: Record<string, string>) => Promise<Response>
beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), 'iexec-site-'))
  onTestFinished(() => {
    rmSync(root, { recursive: true, force: true })
  })
  site = join(root, 'site')
  shell = join(root, 'shell')
  write(site, 'config.json', JSON.stringify(CONFIG))
  write(site, 'registry/files/logo.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>')
  write(shell, 'index.html', PAGE)
  write(shell, 'assets/index-AbCd1234.js', SCRIPT)
  write(root, 'secret.json', '{}')
  const app = createSite([site, shell])
  ask = async (path, headers = {}) => app.request(path, { headers })
})

function write(folder: string, file: string, content: string): void {
  mkdirSync(join(folder, file, '..'), { recursive: true })
  writeFileSync(join(folder, file), content)
}

test.each(['/', '/local/deals?page=2', '/local/search/ada.eth', '/local/app/0x12'])('%s is the page', async (path) => {
  const response = await ask(path)

  expect(response.status).toBe(200)
  expect(await response.text()).toBe(PAGE)
})

test('the page may run its own scripts, and ask the services of config.json and the origins of foreign indexes, no more', async () => {
  const { headers } = await ask('/local/deals')

  expect(headers.get('content-security-policy')).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data: https://other.example; " +
      "connect-src 'self' http://127.0.0.1:8545 https://market.example https://storage.example https://pool.example https://other.example; " +
      "frame-src 'self' blob:; manifest-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
  )
  expect(Object.fromEntries(headers)).toMatchObject({
    'cache-control': 'no-cache',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'permissions-policy': expect.stringContaining('camera=()'),
  })
})

test('a file whose name changes with its content is kept for ever; config.json is asked for each time', async () => {
  const [script, config] = await Promise.all([ask('/assets/index-AbCd1234.js'), ask('/config.json')])

  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(config.headers.get('cache-control')).toBe('no-cache')
})

test('what did not change is not sent again, and what did is', async () => {
  const etag = (await ask('/config.json')).headers.get('etag') ?? ''

  expect((await ask('/config.json', { 'if-none-match': etag })).status).toBe(304)
  write(site, 'config.json', JSON.stringify({ ...CONFIG, name: 'Other' }))
  expect((await ask('/config.json', { 'if-none-match': etag })).status).toBe(200)
})

test('who takes it packed gets it packed', async () => {
  const [packed, plain] = await Promise.all([
    ask('/assets/index-AbCd1234.js', { 'accept-encoding': 'br, gzip' }),
    ask('/assets/index-AbCd1234.js'),
  ])

  expect(packed.headers.get('content-encoding')).toBe('gzip')
  expect((await packed.arrayBuffer()).byteLength).toBeLessThan(SCRIPT.length / 5)
  expect(await plain.text()).toBe(SCRIPT)
})

test('a picture of strangers that is opened alone can run nothing, and every store may show it', async () => {
  const { headers } = await ask('/registry/files/logo.svg')

  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(headers.get('content-security-policy')).toContain('sandbox')
  expect(headers.get('access-control-allow-origin')).toBe('*')
})

test.each(['registry/files/evil.html', 'registry-2/index.html', 'Registry/files/evil.html'])(
  '%s came with listings: it is no page, and can run nothing',
  async (path) => {
    write(site, path, '<script src="evil.js"></script>')

    const file = await ask(`/${path}`)

    expect(file.headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*sandbox/u)
    expect(await (await ask('/registry-2')).text()).toBe(PAGE)
  },
)

test.each([
  '/nothing.js',
  '/assets/nothing-AbCd1234.js',
  '/%2e%2e/secret.json',
  '/..%2fsecret.json',
  '/..%5csecret.json',
  '/link.json',
  '/.hidden.json',
  '/config.json%00.js',
])('%s is no file of the site', async (path) => {
  symlinkSync(join(site, '../secret.json'), join(site, 'link.json'))
  write(site, '.hidden.json', '{}')

  expect((await ask(path)).status).toBe(404)
})

test('a site that stands below a folder of the host is found there, and nowhere else', async () => {
  write(shell, 'index.html', PAGE.replace('href="/"', 'href="/shop/"'))
  write(site, 'local/store/ada/hello/index.html', '<!doctype html><title>Hello</title>')

  expect(await (await ask('/shop/local/deals')).text()).toContain('href="/shop/"')
  expect(await (await ask('/shop/local/store/ada/hello')).text()).toContain('Hello')
  expect((await ask('/shop/config.json')).status).toBe(200)
  expect((await ask('/')).headers.get('location')).toBe('/shop/')
  expect((await ask('/local/deals')).status).toBe(404)
})

test('it is only read', async () => {
  const app = createSite([site, shell])

  expect((await app.request('/config.json', { method: 'POST' })).status).toBe(405)
})

test('its health says what is wrong with config.json, and the page still comes', async () => {
  expect(await (await ask('/health')).json()).toEqual({ ok: true })
  write(site, 'config.json', JSON.stringify({ ...CONFIG, chains: [{ ...CONFIG.chains[0], hub: '0x12' }] }))

  const health = await ask('/health')

  expect(health.status).toBe(503)
  expect(await health.json()).toEqual({ ok: false, error: 'config.json: chains.0.hub: is no address.' })
  expect((await ask('/')).headers.get('content-security-policy')).toContain("connect-src 'self';")
})
