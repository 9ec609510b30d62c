// How many workers and how many tasks a scheduler carries. Deep: it takes minutes, and a machine that has nothing else to do.
import { readFileSync } from 'node:fs'
import { GATEWAY_PATH, hashWorkerLogin, type PoolMessage, type Welcome } from '@iexec/wire/work'
import type { Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { startScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await startScene()
})
afterAll(async () => {
  await scene.stop()
})

const WORKERS = 1_000
const TASKS = 6_000

/** A worker that takes whatever it is offered and says that it computed it: the lightest that there can be. */
async function joinPool(url: string, onTaken: () => void): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${GATEWAY_PATH}`)
  const account = privateKeyToAccount(generatePrivateKey())
  let n = 0
  const say = (message: object): void => {
    socket.send(JSON.stringify(message))
  }
  const report = (taskId: string, state: string): void => {
    n += 1
    say({ type: 'report', n, report: { taskId, state, at: new Date().toISOString() } })
  }
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as PoolMessage | Welcome
      if (message.type === 'welcome') {
        const { workerpool, chainId } = message.pool
        const validUntil = Math.floor(Date.now() / 1_000) + 600
        const login = { worker: account.address, workerpool, nonce: message.nonce, validUntil }
        const profile = {
          name: 'light',
          version: '0',
          platform: 'linux/x64',
          engines: ['WASM'],
          cpus: 64,
          memoryBytes: 2 ** 40,
          diskBytes: 1,
          gpu: false,
          tee: [],
          network: false,
          places: 2,
          cached: [],
        }
        void logIn(account, hashWorkerLogin(login, chainId)).then((signature) =>
          say({ type: 'hello', worker: account.address, validUntil, signature, profile }),
        )
      } else if (message.type === 'ready') resolve(socket)
      else if (message.type === 'offer') {
        say({ type: 'ack', ns: [message.n] })
        for (const state of ['accepted', 'running', 'computed']) report(message.place.taskId, state)
        onTaken()
      }
    })
  })
}

async function logIn(account: PrivateKeyAccount, hash: Hex): Promise<Hex> {
  return account.sign({ hash })
}

function memoryOf(pid: number): number {
  const [, kib = '0'] = /VmRSS:\s+(\d+) kB/u.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) / 1_024
}

describe.skipIf(process.env['POOL_DEEP'] === undefined)('a scheduler at scale', () => {
  test('gives 300 places a second to 1,000 connected workers, within 500 MiB', async () => {
    const scheduler = await scene.startScheduler()
    let taken = 0
    const { promise: all, resolve } = Promise.withResolvers<void>()
    const sockets: WebSocket[] = []
    onTestFinished(async () => {
      for (const socket of sockets) socket.terminate()
      await scheduler.stop()
    })
    for (let start = 0; start < WORKERS; start += 50) {
      sockets.push(
        ...(await Promise.all(
          Array.from({ length: 50 }, async () =>
            joinPool(scheduler.url, () => {
              taken += 1
              if (taken >= TASKS) resolve()
            }),
          ),
        )),
      )
    }
    const idleMiB = memoryOf(scheduler.pid)

    const begin = performance.now()
    await scene.deal({ volume: BigInt(TASKS) })
    await all
    const perSecond = TASKS / ((performance.now() - begin) / 1_000)
    const busyMiB = memoryOf(scheduler.pid)

    console.log(
      `${WORKERS} workers: ${idleMiB.toFixed(0)} MiB idle, ${busyMiB.toFixed(0)} MiB with ${TASKS} tasks; ${perSecond.toFixed(0)} places/s`,
    )
    expect(busyMiB).toBeLessThan(500)
    expect(perSecond).toBeGreaterThan(300)
  }, 300_000)
})
