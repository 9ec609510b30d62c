// The RPC of a deployment: who does not answer as one is told apart, and nothing secret of its URL is shown.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { runDeploy } from './run.ts'
import { anvil, deploy, deployWith, folder, refusedWith } from './testing.ts'

describe('the RPC', () => {
  test.each(['localhost:8545', 'ws://127.0.0.1:8545', 'mainnet', ''])('%j is refused as no URL', async (url) => {
    expect(await deploy('--rpc', url, '--key-file', 'key')).toEqual(
      refusedWith('What --rpc gives is no http or https URL: write for instance --rpc http://127.0.0.1:8545.'),
    )
  })

  test('at which nobody answers is named, without the part of its URL that may be secret', async () => {
    const server = await listen((_, response) => response.end())
    await close(server)

    expect(await deploy('--rpc', `${urlOf(server)}/v3/secret?key=secret`, '--key-file', 'key')).toEqual(
      refusedWith(`${urlOf(server)} does not answer as an RPC: the connection is refused.`),
    )
  })

  test.each([
    [404, '<html>', 'it answers with HTTP status 404'],
    [200, '<html>', 'its answer is not JSON-RPC'],
  ])('that answers with status %i and %s is told apart', async (status, body, reason) => {
    const server = await listen((_, response) => response.writeHead(status).end(body))

    const ended = await deploy('--rpc', urlOf(server), '--key-file', 'key')

    expect(ended).toEqual(refusedWith(`${urlOf(server)} does not answer as an RPC: ${reason}.`))
    await close(server)
  })

  test.each([
    ['{"jsonrpc":"2.0","id":1,"result":null}'],
    ['{"jsonrpc":"2.0","id":1,"result":"0x"}'],
    ['{"jsonrpc":"2.0","id":1}'],
    [''],
    ['[]'],
    ['null'],
  ])('that answers %j is told apart', async (body) => {
    const server = await listen((_, response) => response.end(body))

    const ended = await deploy('--rpc', urlOf(server), '--key-file', 'key')

    expect(ended.code).toBe(1)
    expect(ended.err).toMatch(/^http:\/\/127.0.0.1:\d+ does not answer as an RPC: its answer is not JSON-RPC.*\.\n$/u)
    await close(server)
  })

  test('that answers with an error has it passed on', async () => {
    const body = '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"project id is suspended"}}'
    const server = await listen((_, response) => response.end(body))

    const ended = await deploy('--rpc', urlOf(server), '--key-file', 'key')

    expect(ended).toEqual(refusedWith(`${urlOf(server)} answers with an error: project id is suspended.`))
    await close(server)
  })

  test('that never answers is told apart', async () => {
    const server = await listen(() => undefined)
    let err = ''

    const code = await runDeploy(['--rpc', urlOf(server), '--key-file', 'key'], {
      directory: folder,
      terminal: { input: new PassThrough(), output: new PassThrough() },
      print: async () => undefined,
      tell: (sentence) => {
        err += sentence
      },
      patienceInMs: 100,
    })

    expect({ code, err }).toEqual({ code: 1, err: `${urlOf(server)} does not answer within 0.1 s.` })
    await close(server)
  })

  test('that fails after its first answer is named, and that nothing was sent is told', async () => {
    let asked = 0
    const server = await listen((_, response) => {
      asked += 1
      if (asked === 1) response.end('{"jsonrpc":"2.0","id":1,"result":"0x7a69"}')
      else response.writeHead(500).end('secret')
    })

    const ended = await deploy('--rpc', urlOf(server), '--key-file', 'key')

    expect(ended).toEqual(
      refusedWith(
        `${urlOf(server)} does not answer as an RPC: it answers with HTTP status 500. Nothing was sent: the same command may be tried again.`,
      ),
    )
    await close(server)
  })

  test('of another chain is refused with both numbers', async () => {
    expect(await deployWith('--chain-id', '42161')).toEqual(
      refusedWith(`${anvil.url} is chain 31337, not chain 42161.`),
    )
  })
})

async function listen(answer: Parameters<typeof createServer>[1]): Promise<Server> {
  const server = createServer(answer)
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  urls.set(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return server
}

const urls = new Map<Server, string>()

function urlOf(server: Server): string {
  return urls.get(server) ?? ''
}

async function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => {
    resolve()
  })
  server.closeAllConnections()
  await promise
}
