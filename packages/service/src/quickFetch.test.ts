// Requests to a node, with a real server on the other side.
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openChain } from '@iexec/chain'
import { getBlockNumber } from 'viem/actions'
import { expect, onTestFinished, test } from 'vitest'
import { quickFetch } from './quickFetch.ts'

const CHAIN = { chainId: 7, timeoutMs: 10_000, maxBodyBytes: 10_000, fetch: quickFetch }

type Heard = { connections: number; closed: number; stop: () => void; readonly url: string }

async function serve(answer: RequestListener): Promise<Heard> {
  const server = createServer(answer)
  const heard = { connections: 0, closed: 0 }
  server.on('connection', (socket) => {
    heard.connections += 1
    socket.once('close', () => (heard.closed += 1))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = (): void => {
    server.close()
    server.closeAllConnections()
  }
  onTestFinished(stop)
  return Object.assign(heard, { stop, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}

/** Names the chain to whoever asks for it, and answers all other calls with this. */
function node(answer: RequestListener): RequestListener {
  return (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      if (body.includes('eth_chainId')) response.end('{"jsonrpc":"2.0","id":0,"result":"0x7"}')
      else answer(request, response)
    })
  }
}

test('answers are read, and connections are used again', async () => {
  const server = await serve(node((_, response) => response.end('{"jsonrpc":"2.0","id":0,"result":"0x2a"}')))
  const { client } = await openChain({ ...CHAIN, rpcUrls: [server.url] })

  for (let turn = 0; turn < 20; turn += 1) expect(await getBlockNumber(client)).toBe(42n)

  expect(server.connections).toBeLessThan(4)
})

test('a node that is silent, or not there, is told apart', async () => {
  const silent = await serve(node(() => undefined))
  const gone = await serve(node(() => undefined))
  const [{ client: one }, { client: other }] = await Promise.all([
    openChain({ ...CHAIN, timeoutMs: 1_000, rpcUrls: [silent.url] }),
    openChain({ ...CHAIN, rpcUrls: [gone.url] }),
  ])
  gone.stop()

  await expect(getBlockNumber(one)).rejects.toMatchObject({ name: 'TimeoutError' })
  await expect(getBlockNumber(other)).rejects.toMatchObject({ name: 'HttpRequestError', details: 'ECONNREFUSED' })
})

test('an answer without end is cut off with its connection', async () => {
  const server = await serve(
    node((_, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write('x'.repeat(5_000)));
        if (!response.destroyed) response.once('drain', write)
      }
      write()
    }),
  )
  const { client } = await openChain({ ...CHAIN, rpcUrls: [server.url] })

  await expect(getBlockNumber(client)).rejects.toMatchObject({ name: 'ResponseBodyTooLargeError' })
  await expect.poll(() => server.closed, { timeout: 30_000 }).toBeGreaterThan(0)
})

test('a node that has too much to do says when to come again', async () => {
  const server = await serve((_, response) => response.writeHead(429, { 'retry-after': '1' }).end())
  const { signal } = new AbortController()

  const answer = await quickFetch(server.url, { method: 'POST', body: '{}', headers: {}, signal })

  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1'])
})

test('a node that stands elsewhere is asked there, and hears no secret of the way to it', async () => {
  const heard: (string | undefined)[] = []
  const there = await serve(
    node(({ headers }, response) => {
      heard.push(headers.authorization)
      response.end('{"jsonrpc":"2.0","id":0,"result":"0x2a"}')
    }),
  )
  const here = await serve((request, response) => {
    request.resume()
    response.writeHead(308, { location: `${there.url}/rpc` }).end('It has moved.')
  })
  const url = here.url.replace('http://', 'http://me:secret@')
  const { client } = await openChain({ ...CHAIN, rpcUrls: [url] })

  expect(await getBlockNumber(client)).toBe(42n)
  expect(heard).toEqual([undefined])
})
