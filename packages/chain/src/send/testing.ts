// Real nodes for the tests of the sender: one that mines when it is told to, one without a base fee, and a way to them that fails.
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient, http, parseGwei } from 'viem'
import { startAnvil, type Anvil, type AnvilClient } from '../../test/anvil.ts'
import type { SendClient, Sender, SenderEvent, SenderOptions } from './command.ts'
import { createSender } from './sender.ts'

/** A sender that looks often, and what it told so far. */
export type TestSender = Sender & { readonly events: readonly SenderEvent[] }

/** Opens a sender over a client: 50 gwei at most, replacements as soon as two blocks passed. */
export function openSender(client: SendClient, options: Partial<SenderOptions> = {}): TestSender {
  const events: SenderEvent[] = []
  const sender = createSender({
    client,
    maxFeePerGas: parseGwei('50'),
    pollingMs: 10,
    stuckAfterMs: 0,
    stuckAfterBlocks: 2,
    onEvent: (event) => events.push(event),
    ...options,
  })
  return { ...sender, events }
}

/** Returns when something is so; fails when it is not so for long. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 1_500; round += 1) {
    if (await isSo()) return
    const { promise, resolve } = Promise.withResolvers<void>()
    setTimeout(resolve, 10)
    await promise
  }
  throw new Error('What the test waits for does not happen.')
}

/** Returns when the node holds everything up to this nonce. */
export async function untilPending(client: AnvilClient, nonce: number): Promise<void> {
  const { address } = client.account
  await until(async () => (await client.getTransactionCount({ address, blockTag: 'pending' })) === nonce)
}

/** An anvil as it was before there were base fees, where gas costs nothing. */
export async function startFreeChain(): Promise<Anvil> {
  return startAnvil({ hardfork: 'berlin', args: ['--gas-price', '0'] })
}

/**
 * What stands before a node does with a request. `loseAnswer`: the node carries it out, and nobody hears of it. `cut`: neither.
 * `refuse`: nobody carries it out, and these words are heard.
 */
export type Weather = 'clear' | 'tooMany' | 'loseAnswer' | 'cut' | { readonly refuse: string }

/** A way to a node on which requests get lost. */
export type Detour = {
  readonly url: string
  readonly client: (like: AnvilClient) => SendClient
  readonly requests: () => number
  readonly stop: () => Promise<void>
}

/** Opens a way to a node; `weather` decides for each request, from its body. */
export async function openDetour(url: string, weather: (body: string) => Weather): Promise<Detour> {
  let requests = 0
  const server = createServer((incoming, outgoing) => {
    void pass(incoming, outgoing, url).catch(() => outgoing.destroy())
  })
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse, target: string): Promise<void> => {
    requests += 1
    const body = await readAll(incoming)
    const now = weather(body)
    if (now === 'cut') {
      outgoing.destroy()
      return
    }
    const answer =
      now === 'tooMany' ? '' : typeof now === 'object' ? refuse(body, now.refuse) : await post(target, body)
    if (now === 'clear' || typeof now === 'object') outgoing.setHeader('content-type', 'application/json').end(answer)
    else outgoing.writeHead(now === 'tooMany' ? 429 : 502).end()
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const detourUrl = `http://127.0.0.1:${port}`
  return {
    url: detourUrl,
    client: ({ account, chain }) =>
      createClient({
        account,
        chain,
        cacheTime: 0,
        transport: http(detourUrl, { retryCount: 0, batch: true }),
      }),
    requests: () => requests,
    stop: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve()
        })
      })
    },
  }
}

/** What a node says of a request with one call. */
function refuse(body: string, message: string): string {
  const { id } = JSON.parse(body) as { readonly id: number }
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32_000, message } })
}

async function post(url: string, body: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  request(url, { method: 'POST', headers: { 'content-type': 'application/json' } }, resolve)
    .once('error', reject)
    .end(body)
  return readAll(await promise)
}

async function readAll(stream: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of stream.setEncoding('utf8')) text += String(part)
  return text
}
