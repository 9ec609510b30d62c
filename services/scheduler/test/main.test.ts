// The command of the scheduler: what it explains, and what it refuses.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnService, type StartedProcess } from '@iexec/service/test/process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schedulerCommand } from '../src/config.ts'
import { startScene, type Scene } from './scene.ts'

const MAIN = join(import.meta.dirname, '../src/main.ts')
const HOUSE = join(import.meta.dirname, '../../..')

let scene: Scene
let folder: string
beforeAll(async () => {
  scene = await startScene()
  folder = mkdtempSync(join(tmpdir(), 'scheduler-main-'))
  writeFileSync(join(folder, 'pool.key'), scene.keyOf('scheduler'), { mode: 0o600 })
})
afterAll(async () => {
  await scene.stop()
  rmSync(folder, { recursive: true })
})

function settings(): readonly string[] {
  const { chain, pool } = scene
  return ['--rpc', chain.url, '--ws', chain.url.replace('http', 'ws'), '--hub', chain.contracts.hub, '--pool', pool]
}

/** A scheduler with a database of this name, and settings that are wrong. */
function startWrongly(name: string, ...own: readonly string[]): StartedProcess {
  const usual = ['--key-file', join(folder, 'pool.key'), '--port', '0', '--database', join(folder, name)]
  return spawnService(MAIN, [...settings(), ...usual, ...own])
}

describe('the command', () => {
  // runs: npx -y pnpm@12.21.0 --filter @iexec/scheduler start --help
  test('explains every setting when asked for --help', () => {
    const help = spawnSync('npx', ['-y', 'pnpm@12.21.0', '--filter', '@iexec/scheduler', 'start', '--help'], {
      cwd: HOUSE,
      encoding: 'utf8',
    })

    expect(help.status).toBe(0)
    const shown = schedulerCommand().options.filter(({ hidden }) => !hidden)
    for (const { envVar } of shown) expect(help.stdout).toContain(envVar ?? '')
    expect(help.stdout).not.toContain('undefined')
  })

  // runs: npx -y pnpm@12.21.0 --filter @iexec/scheduler start --rpc http://127.0.0.1:8545 --ws ws://127.0.0.1:8545 --hub 0x… --pool 0x… --key-file pool.key --storage http://127.0.0.1:3002
  test('starts from a folder with the key, says where it listens, and ends when it is told to', async () => {
    const own = [
      '--key-file',
      join(folder, 'pool.key'),
      '--storage',
      'http://127.0.0.1:3002',
      '--port',
      '0',
      '--database',
      folder,
    ]
    const child = spawn('npx', ['-y', 'pnpm@12.21.0', '--filter', '@iexec/scheduler', 'start', ...settings(), ...own], {
      cwd: HOUSE,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const ended = new Promise((resolve) => child.once('close', resolve))

    await expect.poll(() => said, { timeout: 50_000 }).toContain(`The scheduler of ${scene.pool} listens on http://`)
    process.kill(-(child.pid ?? 0), 'SIGTERM')
    await ended
  })

  test('refuses a workerpool that is not there, an app in its place, and a hub that is none, each in one sentence', async () => {
    const { app, pool, chain } = scene
    const nobody = `0x${'22'.repeat(20)}`

    const absent = startWrongly('absent', '--pool', nobody)
    const other = startWrongly('other', '--pool', app)
    const hubless = startWrongly('hubless', '--hub', pool)

    expect(await Promise.all([absent.ended, other.ended, hubless.ended])).toEqual([1, 1, 1])
    const remedy = 'look at the address of --pool.\n'
    expect(absent.said()).toBe(`There is no workerpool at ${nobody} on this chain (${chain.chainId}): ${remedy}`)
    expect(other.said()).toBe(
      `The contract at ${app.toLowerCase()} is no workerpool of the hub ${chain.contracts.hub}: ${remedy}`,
    )
    expect(hubless.said()).toBe(`The contract at ${pool} is no hub of a market: it does not name its registries.\n`)
  })

  test('refuses a price list that cannot be used before it begins, in one sentence with what stands in it', async () => {
    const list = join(folder, 'prices.json')
    writeFileSync(list, JSON.stringify({ orders: [{ category: 'XS', price: '1 RLC' }] }))
    const own = ['--key-file', join(folder, 'pool.key'), '--port', '0', '--database', join(folder, 'priced')]
    const sale = ['--market', 'http://127.0.0.1:1', '--prices']

    const wrong = spawnService(MAIN, [...settings(), ...own, ...sale, list])
    const absent = spawnService(MAIN, [...settings(), ...own, ...sale, join(folder, 'none.json')])

    expect([await wrong.ended, await absent.ended]).toEqual([1, 1])
    expect(wrong.said()).toBe(
      `The price list ${list} is wrong: orders.0.category is "XS", and must be a number (and 1 more mistake).\n`,
    )
    expect(absent.said()).toBe(`The price list ${join(folder, 'none.json')} cannot be read: there is no such file.\n`)
  })

  test('refuses a price list with a category that the market does not have, and names it', async () => {
    const list = join(folder, 'categories.json')
    writeFileSync(list, JSON.stringify({ orders: [0, 77].map((category) => ({ category, price: 1 })) }))

    const started = startWrongly('category', '--market', 'http://127.0.0.1:1', '--prices', list)

    expect(await started.ended).toBe(1)
    expect(started.said()).toBe(
      `The price list ${list} sells category 77, which the market does not have: iexec category count says how many there are.\n`,
    )
  })

  test('says at its start what it lacks to earn anything, and what to do', async () => {
    const own = ['--key-file', join(folder, 'pool.key'), '--port', '0', '--database', join(folder, 'poor')]
    const started = spawnService(MAIN, [...settings(), ...own])

    await started.listening
    await expect.poll(() => started.said()).toContain('No storage was named')
    expect(started.said()).toContain('Give --storage.')
    await started.stop()
  })
})
