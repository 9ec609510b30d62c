// A local chain as a network has it: real anvils, real files, a real market.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import { gunzipSync, gzipSync } from 'node:zlib'
import { contribute, finalize, initialize, reveal } from '@iexec/service/test/chain'
import { privateKeyToAccount, generatePrivateKey } from 'viem/accounts'
import { describe, expect, onTestFinished, test } from 'vitest'
import { identify, isRunning, type ProcessId } from '../process/identity.ts'
import { makeDeal, openFolder, planOf, readBlocks, setUpMarket, startChain, until, type Scene } from './scene.ts'
import type { Ask } from './node.ts'
import { startLocalChain } from './startLocalChain.ts'

const SOMEBODY = '0x00000000000000000000000000000000000a11ce'
const COIN = 10n ** 18n

/** Moves the head of a chain that is in a hurry, so that the next block is of this second. */
async function goTo(ask: Ask, second: number): Promise<void> {
  await ask('evm_mine', [{ timestamp: second - 1 }])
}

/** A deal whose task is finished before its deadlines. */
async function finishDeal(scene: Scene): Promise<void> {
  const task = await initialize(scene.test, await makeDeal(scene, 0n))
  await contribute(scene.test, task, { worker: 'worker1' })
  await reveal(scene.test, task, { worker: 'worker1' })
  await finalize(scene.test, task)
}

/** A task whose votes agree, but nobody proves his. */
async function agree(scene: Scene): Promise<void> {
  const task = await initialize(scene.test, await makeDeal(scene, 1n))
  await contribute(scene.test, task, { worker: 'worker1' })
}

describe('a local chain', () => {
  test('sets a market up without waiting for the clock, has a block for each deadline of what is open, tells each, and keeps all of it', async () => {
    const lines: string[] = []
    const plan = { ...(await planOf(openFolder())), onLine: (line: string) => lines.push(line) }
    const { chain, ask } = await startChain(plan)
    let end = 0
    const scene = await chain.hurry(async () => {
      const market = await setUpMarket(chain)
      // Time references of 2 and 5 seconds: 7 of them for contributions, 2 for proofs, 10 for everything.
      end = Math.floor(Date.now() / 1_000) + 5
      await goTo(ask, end - 25)
      await finishDeal(market)
      await makeDeal(market, 0n)
      await goTo(ask, end - 1 - 14)
      await makeDeal(market, 0n)
      await agree(market)
      return market
    })
    const before = await readBlocks(ask, 0)

    const watchedAt = Math.floor(Date.now() / 1_000)
    await chain.watchHub(scene.test.contracts.hub)
    await until(async () => ((await readBlocks(ask, before.length)).at(-1)?.timestamp ?? 0) >= end)

    const after = await readBlocks(ask, before.length)
    const times = [...before, ...after].map(({ timestamp }) => timestamp)
    expect(times.every((time, place) => time > (times[place - 1] ?? 0))).toBe(true)
    expect(after.flatMap(({ transactions }) => transactions)).toEqual([])
    for (const deadline of [end - 2, end - 1, end]) {
      const reached = times.find((time) => time >= deadline) ?? Infinity
      expect(reached).toBeLessThanOrEqual(Math.max(deadline, watchedAt) + 2)
    }
    // One more is for what fell due before the market was watched. The finished deal has none.
    expect(after.length).toBeLessThanOrEqual(4)

    expect(lines).toContain(`listens on ${chain.rpcUrl}, at block 0`)
    expect(lines).toContainEqual(expect.stringMatching(/^block \d+: [1-9]\d* transactions?, [\d,]+ gas$/u))
    // A block can be read before it is told.
    await expect.poll(() => lines.at(-1)).toBe(`block ${after.at(-1)?.number}: nothing in it, for the time alone`)

    const seen = await readEverything(ask)
    await chain.stop()
    const { ask: askAgain, chain: again } = await startChain(plan)

    expect(await readEverything(askAgain)).toEqual(seen)
    await again.watchHub(scene.test.contracts.hub)
    const next = await again.hurry(async () => makeDeal(scene, 0n))
    expect(next).toMatch(/^0x/u)
  })

  test('mines what waits when it is stopped, and has it after the next start', async () => {
    const plan = await planOf(openFolder())
    const { chain, ask } = await startChain(plan)
    const payer = privateKeyToAccount(generatePrivateKey())
    await chain.setBalance(payer.address, COIN)
    const sent = await Promise.all(
      [0, 1].map(async (nonce) => ask<string>('eth_sendRawTransaction', [await payment(payer, nonce)])),
    )

    await chain.stop()
    const { ask: askAgain } = await startChain(plan)

    for (const hash of sent) {
      expect(await askAgain('eth_getTransactionReceipt', [hash])).toMatchObject({ status: '0x1' })
    }
    expect(BigInt(await askAgain('eth_getBalance', [SOMEBODY, 'latest']))).toBe(2n)
  })

  test('can pass the blocks that were lost, none of which is of the future', async () => {
    const { chain, ask } = await startChain(await planOf(openFolder()))

    await chain.passBlock(9)

    const blocks = await readBlocks(ask, 0)
    expect(blocks).toHaveLength(11)
    expect(blocks.at(-1)?.timestamp).toBeLessThanOrEqual(Date.now() / 1_000)
  })

  test('gives nothing to the accounts that everybody knows', async () => {
    const { ask } = await startChain(await planOf(openFolder()))

    expect(await ask('eth_accounts')).toEqual([])
    expect(await ask('eth_getBalance', ['0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266', 'latest'])).toBe('0x0')
  })
})

/** All that a node tells of its past. */
async function readEverything(ask: Ask): Promise<unknown> {
  const blocks = await readBlocks(ask, 0)
  const hashes = blocks.flatMap(({ transactions }) => transactions)
  return {
    blocks: await Promise.all(
      blocks.map(async ({ number }) => ask('eth_getBlockByNumber', [`0x${number.toString(16)}`, true])),
    ),
    receipts: await Promise.all(hashes.map(async (hash) => ask('eth_getTransactionReceipt', [hash]))),
    logs: await ask('eth_getLogs', [{ fromBlock: '0x0', toBlock: 'latest' }]),
  }
}

async function payment(payer: ReturnType<typeof privateKeyToAccount>, nonce: number): Promise<string> {
  const fees = { maxFeePerGas: 2_000_000_000n, maxPriorityFeePerGas: 0n }
  return payer.signTransaction({
    chainId: 31_337,
    nonce,
    gas: 21_000n,
    to: SOMEBODY,
    value: 1n,
    type: 'eip1559',
    ...fees,
  })
}

describe('after kill -9', () => {
  test('of anvil, that is told in one sentence, and what was saved goes on', async () => {
    const plan = await planOf(openFolder())
    const { chain } = await startChain(plan)
    await chain.setBalance(SOMEBODY, COIN)
    await chain.passBlock(4)
    await untilSaved(plan.folder, 5)

    process.kill(chain.pid(), 'SIGKILL')
    await expect(chain.ended).rejects.toThrow('anvil ended by itself (SIGKILL).')
    await chain.stop()
    const { ask } = await startChain(plan)

    expect(Number(await ask('eth_blockNumber'))).toBe(5)
    expect(BigInt(await ask('eth_getBalance', [SOMEBODY, 'latest']))).toBe(COIN)
  })

  test('of the program that runs it, its anvil lingers until the next start, which goes on', async () => {
    const plan = await planOf(openFolder())
    const runner = spawn(process.execPath, ['--input-type=module-typescript', '-e', programOf(plan)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: import.meta.dirname,
    })
    onTestFinished(() => {
      runner.kill('SIGKILL')
    })
    await new Promise((resolve) => runner.stdout.once('data', resolve))
    await untilSaved(plan.folder, 3)
    const orphan = JSON.parse(readFileSync(join(plan.folder, 'chain.pid'), 'utf8')) as ProcessId

    runner.kill('SIGKILL')
    await new Promise((resolve) => runner.once('exit', resolve))
    expect(isRunning(orphan)).toBe(true)
    const { ask } = await startChain(plan)

    expect(isRunning(orphan)).toBe(false)
    expect(Number(await ask('eth_blockNumber'))).toBe(3)
  })

  test('a program that has the number of the former anvil by now is left alone', async () => {
    const plan = await planOf(openFolder())
    const stranger = spawn('sleep', ['60'])
    onTestFinished(() => {
      stranger.kill('SIGKILL')
    })
    const pid = stranger.pid ?? 0
    writeFileSync(join(plan.folder, 'chain.pid'), JSON.stringify({ pid, began: 'long ago' }))

    await startChain(plan)

    expect(identify(pid)).toBeDefined()
  })
})

/** Starts the chain, makes three blocks, says so, and goes on. */
function programOf(plan: object): string {
  return `
    import { startLocalChain } from './startLocalChain.ts'
    const chain = await startLocalChain(${JSON.stringify(plan)})
    await chain.passBlock(2)
    console.log('ready')
    setInterval(() => undefined, 1_000)
  `
}

/** Waits until a block is saved. */
async function untilSaved(folder: string, block: number): Promise<void> {
  const file = join(folder, 'state.json.gz')
  await until(async () => Promise.resolve(existsSync(file) && savedBlock(file) >= block))
}

function savedBlock(file: string): number {
  const { best_block_number: number } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
    readonly best_block_number: number
  }
  return number
}

describe('a chain that cannot start says why in one sentence, and what to do', () => {
  test.each([
    ['was cut off', Buffer.from('no chain')],
    ['is of something else', gzipSync('{"block":7}')],
  ])('when its file %s', async (_, content) => {
    const plan = await planOf(openFolder())
    writeFileSync(join(plan.folder, 'state.json.gz'), content)

    await expect(startLocalChain(plan)).rejects.toThrow(
      /^The chain in \S+state\.json\.gz cannot be read \(.+\): reset the network, or put the file back as it was\.$/u,
    )
    expect(existsSync(join(plan.folder, 'chain.pid'))).toBe(false)
  })

  test('when somebody else listens at its port', async () => {
    const plan = await planOf(openFolder())
    const server = createServer().listen(plan.port, plan.host)
    onTestFinished(() => {
      server.close()
    })

    await expect(startLocalChain(plan)).rejects.toThrow(`The chain cannot listen on 127.0.0.1:${plan.port}: `)
  })
})
