// The process of anvil: one for each folder, also after a fall.
import { spawn, type ChildProcess } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { findAnvil } from '@iexec/chain/anvil'
import { endWithUs } from '../process/endWithUs.ts'
import { endProcess, identify, type ProcessId } from '../process/identity.ts'
import type { LocalChainOptions } from './localChain.ts'
import { HURRY_SECONDS } from './miner.ts'
import { askNode, type Ask } from './node.ts'

/** An anvil that listens. */
export type Anvil = {
  readonly ask: Ask
  readonly wsUrl: string
  readonly pid: number
  /** Returns when it ended because it was asked to; rejects with one sentence when it did so by itself. */
  readonly ended: Promise<void>
  /** Ends it, and returns when it has ended. */
  readonly stop: () => Promise<void>
}

const PID = 'chain.pid'
const PATIENCE_MS = 30_000
const POLL_MS = 10
/** What it says is told when it ends by itself. */
const LONGEST_STORY = 10_000

/** Transactions are explained on the state of their block; older ones are nobody's question. */
const STATES_KEPT = 16

/** How anvil is started: the usual options of a local chain, and the state that it begins with. */
type AnvilPlan = LocalChainOptions & { readonly state: string | undefined }

/**
 * Starts anvil, and returns when it answers. Whatever a former one left behind in this folder is ended first.
 *
 * @throws Error with one sentence when it ended instead
 * @example
 * const anvil = await startAnvil({ folder, host: '127.0.0.1', port: 8545, chainId: 31337, state: undefined })
 */
export async function startAnvil(plan: AnvilPlan): Promise<Anvil> {
  const child = spawn(findAnvil(import.meta.resolve('@foundry-rs/anvil/package.json')), argsOf(plan), {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C is for whoever started this chain: it has to be saved before anvil ends.
    detached: true,
  })
  const life = watchLife(child, plan.onLine)
  const ask = askNode(`http://${plan.host}:${plan.port}`)
  const stop = async (): Promise<void> => {
    await life.stop()
    await rm(join(plan.folder, PID), { force: true })
  }
  try {
    await keepPid(plan.folder, child)
    await untilItAnswers(ask, life.ended)
  } catch (cause) {
    await stop()
    throw cause
  }
  return { ask, wsUrl: `ws://${plan.host}:${plan.port}`, pid: child.pid ?? 0, ended: life.ended, stop }
}

function argsOf({ folder, host, port, chainId, state }: AnvilPlan): readonly string[] {
  // A new chain begins a little earlier than now: what sets it up need not wait for the clock.
  const born = Math.floor(Date.now() / 1_000) - HURRY_SECONDS - 1
  const args = {
    host,
    port,
    'chain-id': chainId,
    hardfork: 'cancun',
    // The accounts that anvil has by itself are everybody's: here they hold nothing.
    accounts: 0,
    // Otherwise it keeps the whole state of each block on the disk, for ever.
    'prune-history': STATES_KEPT,
    'cache-path': join(folder, 'states'),
    ...(state === undefined ? { timestamp: born } : { 'load-state': state }),
  }
  // Whatever page found it could not read its answers.
  return [
    '--quiet',
    '--no-mining',
    '--no-cors',
    ...Object.entries(args).flatMap(([name, value]) => [`--${name}`, String(value)]),
  ]
}

type Life = { readonly ended: Promise<void>; readonly stop: () => Promise<void> }

function watchLife(child: ChildProcess, onLine: (line: string) => void = () => undefined): Life {
  let said = ''
  let isStopped = false
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue
    createInterface({ input: stream }).on('line', (line) => {
      said = `${said}${line}\n`.slice(-LONGEST_STORY)
      if (line.trim() !== '') onLine(`anvil: ${line}`)
    })
  }
  endWithUs(child)
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
  child.once('error', reject).once('close', (code, signal) => {
    if (isStopped) resolve()
    else reject(new Error(`anvil ended by itself (${code ?? signal})${said === '' ? '.' : `: ${sentenceOf(said)}`}`))
  })
  // Nobody has to listen.
  ended.catch(() => undefined)
  const stop = async (): Promise<void> => {
    isStopped = true
    const id = identify(child.pid ?? 0)
    if (id !== undefined) await endProcess(id)
    await ended.catch(() => undefined)
  }
  return { ended, stop }
}

/** Without the advice of a command line that nobody typed. */
function sentenceOf(said: string): string {
  return said
    .replace(/\n+For more information.*/su, '')
    .replace(/^error: /iu, '')
    .trim()
}

async function untilItAnswers(ask: Ask, ended: Promise<void>): Promise<void> {
  const over = new AbortController()
  const isOver = ended.finally(() => {
    over.abort()
  })
  await Promise.race([poll(ask, over.signal), isOver])
}

async function poll(ask: Ask, signal: AbortSignal): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (!signal.aborted) {
    if (await ask('eth_chainId').then(Boolean, () => false)) return
    if (performance.now() > end) throw new Error(`anvil does not answer after ${PATIENCE_MS / 1_000} s.`)
    await sleep(POLL_MS)
  }
}

async function keepPid(folder: string, child: ChildProcess): Promise<void> {
  const id = identify(child.pid ?? 0)
  if (id !== undefined) await writeFile(join(folder, PID), JSON.stringify(id), { mode: 0o600 })
}

/**
 * Ends an anvil that outlived whoever started it in this folder. Another program that has its number by now is left alone.
 *
 * @example
 * await endOrphan(folder)
 */
export async function endOrphan(folder: string): Promise<void> {
  const text = await readFile(join(folder, PID), 'utf8').catch(() => undefined)
  const id = text === undefined ? undefined : readId(text)
  if (id !== undefined) await endProcess(id)
  await rm(join(folder, PID), { force: true })
}

/** A pid that was not written to its end is none. */
function readId(text: string): ProcessId | undefined {
  try {
    const { pid, began } = JSON.parse(text) as Partial<ProcessId>
    return pid === undefined || began === undefined ? undefined : { pid, began }
  } catch {
    return undefined
  }
}
