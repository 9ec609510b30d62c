// What every service answers alike.
import { expect, test } from 'vitest'
import { createShell, openRegistry, type ShellDeps } from './shell.ts'
import type { StatusPage } from './statusPage.ts'

const PAGE: StatusPage = {
  title: 'Keeper <of> "all"',
  ok: true,
  summary: "It's fine & well.",
  sections: [
    { heading: 'Money', facts: [['<script>alert(1)</script>', 10n ** 30n]] },
    { heading: 'Tasks', table: { columns: ['id', 'state'], rows: [['0x1', '<img src=x onerror=alert(1)>']] } },
    { heading: 'Nothing', table: { columns: ['id'], rows: [], empty: 'No task is late.' } },
  ],
}

function openShell(deps: Partial<ShellDeps> = {}): {
  readonly app: ReturnType<typeof createShell>
  readonly told: string[]
} {
  const told: string[] = []
  const app = createShell({
    name: 'iexec-test',
    version: '1.2.3',
    log: { error: ({ error, route }, sentence) => told.push(`${route}: ${sentence} ${String(error)}`) },
    registry: openRegistry(),
    now: () => 0,
    health: async () => Promise.resolve({ ok: true, lag: 0 }),
    status: async () => Promise.resolve(PAGE),
    ...deps,
  })
  return { app, told }
}

test('the version is told, and that there is nothing else', async () => {
  const { app } = openShell()

  const [version, other] = [await app.request('/version'), await app.request('/elsewhere')]

  expect(await version.json()).toEqual({ ok: true, name: 'iexec-test', version: '1.2.3' })
  expect([other.status, await other.json()]).toEqual([404, { ok: false, error: 'Not Found' }])
})

test.each([
  [true, 200],
  [false, 503],
])('health that is %j is answered with %i, and is never limited', async (ok, status) => {
  const { app } = openShell({
    health: async () => Promise.resolve({ ok }),
    rateLimit: { requests: 1, windowMs: 1_000 },
  })
  const from = { incoming: { socket: { remoteAddress: '203.0.113.7' } } }

  const answers = [await app.request('/health', {}, from), await app.request('/health', {}, from)]

  expect(answers.map((answer) => answer.status)).toEqual([status, status])
  await app.request('/version', {}, from)
  expect((await app.request('/version', {}, from)).status).toBe(429)
})

test('the status page shows all text as text, loads nothing, and runs nothing', async () => {
  const { app } = openShell()

  const answer = await app.request('/', { headers: { accept: 'text/html,*/*' } })
  const page = await answer.text()

  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(answer.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/=]+'; img-/u,
  )
  expect(page).not.toMatch(/<script|<img|https?:|onerror=a[^&]*>(?!&)/u)
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(page).toContain('Keeper &lt;of&gt; &quot;all&quot;')
  expect(page).toContain('1000000000000000000000000000000')
  expect(page).toContain('No task is late.')
  expect(page).toContain('http-equiv="refresh"')
})

test('the style of the status page is the one that its header allows', async () => {
  const { app } = openShell()

  const answer = await app.request('/', { headers: { accept: 'text/html' } })
  const style = /<style>(.*)<\/style>/su.exec(await answer.text())?.[1] ?? ''
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style))

  expect(answer.headers.get('content-security-policy')).toContain(Buffer.from(hash).toString('base64'))
})

test('a program that asks for the page gets JSON', async () => {
  expect(await (await openShell().app.request('/')).json()).toMatchObject({ ok: true, name: 'iexec-test' })
})

test('figures are brought up to date, and count requests by route and not by what was asked', async () => {
  let refreshed = 0
  const { app } = openShell({
    figures: async () => {
      refreshed += 1
      return Promise.resolve()
    },
  })
  app.get('/tasks/:id', (context) => context.text('here'))
  await app.request('/tasks/0xsecret')
  await app.request('/nowhere/0xsecret')

  const text = await (await app.request('/metrics')).text()

  expect(refreshed).toBe(1)
  expect(text).toContain('http_request_duration_seconds_count{route="get /tasks/:id",status="200"} 1')
  expect(text).toContain('http_request_duration_seconds_count{route="none",status="404"} 1')
  expect(text).toContain('process_cpu_seconds_total')
  expect(text).not.toContain('secret')
})

test('an error is told to the log alone; a database that is away is 503, and told once', async () => {
  const { app, told } = openShell()
  app.get('/broken', async () => Promise.reject(new Error('what happened')))
  app.get('/away', async () => Promise.reject(Object.assign(new Error('gone'), { code: '57P01' })))

  const broken = await app.request('/broken')
  const away = [await app.request('/away'), await app.request('/away')]

  expect([broken.status, await broken.json()]).toEqual([500, { ok: false, error: 'Internal error' }])
  expect(away.map(({ status }) => status)).toEqual([503, 503])
  expect(told).toEqual([
    expect.stringContaining('get /broken: A request could not be answered. Error: what happened'),
    'get /away: The database does not answer. gone',
  ])
})

test('a full disk is 507, and told once with what to do', async () => {
  const { app, told } = openShell()
  const full = { file: { code: 'ENOSPC' }, tables: { code: 'ERR_SQLITE_ERROR', errcode: 13 } }
  for (const [name, facts] of Object.entries(full))
    app.get(`/${name}`, async () => Promise.reject(Object.assign(new Error('no room'), facts)))

  const answers = [await app.request('/file'), await app.request('/tables')]

  expect(answers.map(({ status }) => status)).toEqual([507, 507])
  expect(await answers[0]?.json()).toEqual({
    ok: false,
    error: 'The disk of this service is full, try again later.',
  })
  expect(told).toEqual(['get /file: The disk is full: make room on it. no room'])
})

test('pages of every origin may read the answers, errors included', async () => {
  const { app } = openShell()
  app.get('/broken', async () => Promise.reject(new Error('what happened')))
  const headers = { origin: 'https://shop.example' }

  const answers = [await app.request('/version', { headers }), await app.request('/broken', { headers })]

  for (const answer of answers) expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example')
})
