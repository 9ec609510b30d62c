import { afterEach, expect, test } from 'vitest'
import { openGateway } from './gateway.ts'
import { cidOf, startTestGateway } from './testGateway.ts'

// The raw block "hello world", in base32 as any client of IPFS writes it.
const HELLO = 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'
const UNVERIFIABLE = 'QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ'

let ended = new AbortController()
afterEach(() => {
  ended = new AbortController()
})

test('a file comes from the path of its identifier, below that of the gateway', async () => {
  const { url, set, add, asked } = await startTestGateway()
  set(HELLO, 'hello world')
  const cid = add('[]')

  expect(await openGateway(url)(HELLO, ended.signal)).toEqual({ ok: true, bytes: 11, text: 'hello world' })
  expect(await openGateway(`${url}/`)(cid, ended.signal)).toEqual({ ok: true, bytes: 2, text: '[]' })
  expect((await openGateway(`${url}/sub`)(cid, ended.signal)).ok).toBe(false)
  expect(asked).toEqual([`/ipfs/${HELLO}`, `/ipfs/${cid}`, `/sub/ipfs/${cid}`])
})

test('content that is not what its identifier says is refused where the identifier is the hash of the bytes', async () => {
  const { url, set } = await startTestGateway()
  const gateway = openGateway(url)
  const cid = cidOf('[]')
  for (const one of [HELLO, cid, UNVERIFIABLE]) set(one, 'forged')

  expect(await gateway(HELLO, ended.signal)).toMatchObject({
    ok: false,
    problem: expect.stringContaining('is not the content') as string,
  })
  expect(await gateway(cid, ended.signal)).toMatchObject({ ok: false, bytes: 6 })
  expect(await gateway(UNVERIFIABLE, ended.signal)).toMatchObject({ ok: true })
})

test('a file may have as many bytes as are allowed, and not one more', async () => {
  const { url, add, set } = await startTestGateway()
  const gateway = openGateway(url, { maxBytes: 10 })
  const [fits, exceeds] = [add('1234567890'), add('12345678901')]
  set(UNVERIFIABLE, (response) => {
    const endless = setInterval(() => response.write('x'.repeat(1000)), 1)
    response.on('close', () => {
      clearInterval(endless)
    })
  })

  expect((await gateway(fits, ended.signal)).ok).toBe(true)
  expect(await gateway(exceeds, ended.signal)).toMatchObject({
    ok: false,
    problem: `${exceeds} has more than 10 bytes.`,
  })
  expect(await gateway(UNVERIFIABLE, ended.signal)).toMatchObject({
    ok: false,
    problem: expect.stringContaining('more than') as string,
  })
})

test('a redirect is refused, and nobody else is asked', async () => {
  const { url, set, asked } = await startTestGateway()
  const elsewhere = await startTestGateway()
  set(UNVERIFIABLE, (response) => {
    response.writeHead(302, { location: `${elsewhere.url}/ipfs/${UNVERIFIABLE}` }).end()
  })

  const file = await openGateway(url)(UNVERIFIABLE, ended.signal)

  expect(file).toMatchObject({ ok: false, problem: `The gateway answered 302 for ${UNVERIFIABLE}.` })
  expect([asked.length, elsewhere.asked.length]).toEqual([1, 0])
})

test('a gateway that never answers, or never ends, is not waited for', async () => {
  const { url, set } = await startTestGateway()
  const gateway = openGateway(url, { timeoutMs: 50 })
  set(HELLO, () => undefined)
  set(UNVERIFIABLE, (response) => response.write('['))

  expect(await gateway(HELLO, ended.signal)).toMatchObject({ problem: `${HELLO} did not come within 50 ms.` })
  expect(await gateway(UNVERIFIABLE, ended.signal)).toMatchObject({ ok: false, bytes: 1 })
})

test('a connection that breaks, or is refused, is said; what the gateway sent is not', async () => {
  const { url, set } = await startTestGateway()
  set(HELLO, (response) => response.destroy())
  set(UNVERIFIABLE, (response) => response.writeHead(500).end('<b>oops</b>'))

  expect(await openGateway(url)(HELLO, ended.signal)).toMatchObject({
    ok: false,
    problem: expect.stringContaining('did not come') as string,
  })
  expect(await openGateway(url)(UNVERIFIABLE, ended.signal)).toEqual({
    ok: false,
    bytes: 0,
    problem: `The gateway answered 500 for ${UNVERIFIABLE}.`,
  })
  expect(await openGateway('http://127.0.0.1:9')(HELLO, ended.signal)).toMatchObject({ ok: false })
})

test('who stops is not kept waiting', async () => {
  const { url, set } = await startTestGateway()
  set(HELLO, () => {
    ended.abort()
  })

  expect(await openGateway(url)(HELLO, ended.signal)).toMatchObject({ ok: false })
})
