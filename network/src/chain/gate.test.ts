// Who may use the chain of a network: a real anvil behind its gate, asked as browsers ask.
import { get, request } from 'node:http'
import { connect, createServer } from 'node:net'
import process from 'node:process'
import { expect, onTestFinished, test } from 'vitest'
import { openGate } from './gate.ts'
import { findHiddenPlace } from './hiddenPlace.ts'
import { openFolder, planOf, startChain } from './scene.ts'

const STRANGER = 'https://page.example'
const OWN = ['http://127.0.0.1:8551', 'http://localhost:5173', 'http://store.localhost:3000']
const WALLETS = ['chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn', 'moz-extension://1f0e-4c']
const NAMED = 'https://remix.example'
const SOMEBODY = '0x00000000000000000000000000000000000a11ce'

async function ask(url: string, method: string, { origin, params = [] }: Asked = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(origin === undefined ? {} : { origin }) },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
}

type Asked = { readonly origin?: string; readonly params?: readonly unknown[] }

async function preflight(url: string, origin: string): Promise<Response> {
  const headers = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' }
  return fetch(url, { method: 'OPTIONS', headers })
}

/** With which status a socket is answered: 101 when it opens. */
async function openSocket(url: string, origin?: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  const wish = {
    connection: 'upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
  }
  get(url, { headers: { ...wish, ...(origin === undefined ? {} : { origin }) } })
    .once('upgrade', ({ statusCode }, socket) => {
      socket.destroy()
      resolve(statusCode)
    })
    .once('response', ({ statusCode }) => {
      resolve(statusCode)
    })
    .once('error', reject)
  return promise
}

/** The first message on a socket of node, on which the chain's id was asked. */
async function askBySocket(url: string): Promise<string> {
  const socket = new WebSocket(url)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  socket.addEventListener('open', () => {
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }))
  })
  socket.addEventListener('message', ({ data }) => {
    resolve(String(data))
  })
  socket.addEventListener('error', reject)
  const answer = await promise
  socket.close()
  return answer
}

test('programs, pages of this machine, wallets and named pages use the chain; no other website reads or changes anything', async () => {
  const lines: string[] = []
  const plan = { ...(await planOf(openFolder())), origins: [NAMED], onLine: (line: string) => lines.push(line) }
  const { chain } = await startChain(plan)
  const { rpcUrl, wsUrl } = chain

  for (const origin of [...OWN, ...WALLETS, NAMED]) {
    const [asked, answer] = [await preflight(rpcUrl, origin), await ask(rpcUrl, 'eth_chainId', { origin })]
    expect(asked.status).toBe(204)
    expect(asked.headers.get('access-control-allow-headers')).toBe('content-type')
    for (const { headers } of [asked, answer]) expect(headers.get('access-control-allow-origin')).toBe(origin)
    expect(await answer.json()).toMatchObject({ result: '0x7a69' })
    expect(await openSocket(rpcUrl, origin)).toBe(101)
  }
  expect(await (await ask(rpcUrl, 'eth_chainId')).json()).toMatchObject({ result: '0x7a69' })
  expect(await askBySocket(wsUrl)).toContain('0x7a69')

  for (const origin of [STRANGER, 'null', 'http://127.0.0.1.page.example']) {
    const refused = await ask(rpcUrl, 'anvil_setBalance', { origin, params: [SOMEBODY, '0x1'] })
    expect(refused.status).toBe(403)
    expect(refused.headers.get('access-control-allow-origin')).toBeNull()
    expect(await refused.text()).toContain(`refused the page of \\"${origin}\\": only pages of this machine`)
    expect((await preflight(rpcUrl, origin)).status).toBe(403)
    expect(await openSocket(rpcUrl, origin)).toBe(403)
  }
  const balance = await ask(rpcUrl, 'eth_getBalance', { params: [SOMEBODY, 'latest'] })
  expect(await balance.json()).toMatchObject({ result: '0x0' })
  // Once of each, however often it tries.
  expect(lines.filter((line) => line.includes(STRANGER))).toHaveLength(1)
})

test('an answer of megabytes comes through whole', async () => {
  const { chain, ask: askChain } = await startChain(await planOf(openFolder()))
  const code = `0x${'5b'.repeat(1_500_000)}`

  await askChain('anvil_setCode', [SOMEBODY, code.slice(0, 1_000_002)])

  expect(await askChain('eth_getCode', [SOMEBODY, 'latest'])).toBe(code.slice(0, 1_000_002))
  expect(chain.chainId).toBe(31_337)
})

test('who offers to go on with HTTP/2, as clients of Java do, is answered all the same', async () => {
  const { chain } = await startChain(await planOf(openFolder()))
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  const offer = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAEAAEAAAAIAAAAB' }

  const question = request(chain.rpcUrl, { method: 'POST', headers: { ...offer, 'content-type': 'application/json' } })
  question.once('error', reject).once('response', ({ statusCode }) => {
    resolve(statusCode)
  })
  question.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }))

  expect(await promise).toBe(200)
})

test('requests that come in slowly, however many, hold up nobody else', async () => {
  const { chain } = await startChain(await planOf(openFolder()))
  const { hostname, port } = new URL(chain.rpcUrl)
  const slow = await Promise.all(
    Array.from({ length: 300 }, async () => {
      const socket = connect(Number(port), hostname)
      onTestFinished(() => {
        socket.destroy()
      })
      const { promise, resolve } = Promise.withResolvers<void>()
      socket.write(
        'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
        () => {
          resolve()
        },
      )
      return promise
    }),
  )

  expect(slow).toHaveLength(300)
  expect(await (await ask(chain.rpcUrl, 'eth_chainId')).json()).toMatchObject({ result: '0x7a69' })
})

test('what is too large for the chain is said to be that', async () => {
  const { chain } = await startChain(await planOf(openFolder()))

  const answer = await ask(chain.rpcUrl, 'eth_chainId', { params: ['0'.repeat(60_000_000)] })

  expect(await answer.text()).toMatch(/may be too large|Invalid request/u)
  expect(answer.status).not.toBe(503)
})

test.runIf(process.platform === 'linux')('anvil listens where a page that tries all ports finds nothing', async () => {
  const places = await Promise.all([findHiddenPlace(), findHiddenPlace()])

  expect(new Set(places.map(({ host }) => host)).size).toBe(2)
  for (const { host } of places) expect(host).toMatch(/^127\.(?!0\.0\.1$)/u)
})

test('where nobody is behind the gate, that is what it says; when it closes, its port is free', async () => {
  const place = await findHiddenPlace()
  const gate = await openGate({ ...place, target: await findHiddenPlace(), origins: [], onLine: () => undefined })
  const url = `http://${place.host}:${place.port}`

  const answer = await ask(url, 'eth_chainId')

  expect(answer.status).toBe(503)
  expect(await answer.text()).toContain('The chain does not answer: it starts, or has ended.')
  await expect(openSocket(url)).rejects.toThrow('socket hang up')
  await gate.close()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const server = createServer().once('error', reject).listen(place.port, place.host, resolve)
  onTestFinished(() => {
    server.close()
  })
  await promise
})
