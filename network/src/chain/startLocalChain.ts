// A chain of one's own: anvil, told when to mine, and kept in a folder.
import type { ListenAddress } from '@iexec/service'
import { toHex, type Hex } from 'viem'
import { endOrphan, startAnvil, type Anvil } from './anvil.ts'
import { openDeadlines } from './deadlines.ts'
import { openGate, type Gate } from './gate.ts'
import { findHiddenPlace } from './hiddenPlace.ts'
import type { LocalChain, LocalChainOptions } from './localChain.ts'
import { startMiner, type Head } from './miner.ts'
import type { Ask } from './node.ts'
import { openSaver } from './saver.ts'
import { removeUnpacked, requireWritable, unpackState, unreadable, writeState } from './state.ts'

/**
 * Starts the chain of a folder where it was, or a new one in which nobody has anything. Returns when it answers.
 *
 * It has no clock of its own: a block is mined when a transaction waits, or a deadline of the watched market falls due. What
 * it has mined is saved within a second, a large chain less often. One program at a time may do this in a folder.
 *
 * @throws Error with one sentence when the port is taken, nothing can be written to the folder, or its chain cannot be read
 * @example
 * const chain = await startLocalChain({ folder, host: '127.0.0.1', port: 8545, chainId: 31337 })
 * await chain.setBalance(faucet, parseEther('1000000'))
 * await chain.stop()
 */
export async function startLocalChain(options: LocalChainOptions): Promise<LocalChain> {
  await requireWritable(options.folder)
  await endOrphan(options.folder)
  const anvil = await startBehindGate(options)
  try {
    return await open(options, anvil)
  } catch (cause) {
    await anvil.stop()
    throw cause
  }
}

/** Its port belongs to the gate; when anvil ends, it is free again. */
async function startBehindGate(options: LocalChainOptions): Promise<Anvil> {
  const { host, port, origins = [], onLine = () => undefined } = options
  const target = await findHiddenPlace()
  const gate = await openGate({ host, port, target, origins, onLine })
  try {
    const anvil = await resumeAnvil(options, target)
    const ended = endTogether(anvil, gate)
    ended.catch(() => undefined)
    const stop = async (): Promise<void> => {
      await anvil.stop()
      await ended.catch(() => undefined)
    }
    return { ...anvil, ended, stop }
  } catch (cause) {
    await gate.close()
    throw cause
  }
}

async function endTogether(anvil: Anvil, gate: Gate): Promise<void> {
  try {
    await anvil.ended
  } finally {
    await gate.close()
  }
}

async function open(options: LocalChainOptions, anvil: Anvil): Promise<LocalChain> {
  const { folder, host, port, chainId, onProblem = () => undefined, onLine = () => undefined } = options
  const { ask } = anvil
  const ending = new AbortController()
  const { signal } = ending
  anvil.ended.catch(() => {
    ending.abort()
  })
  const saver = openSaver({ save: async () => save(folder, ask), onProblem, signal })
  const onBlock = (block: Head): void => {
    saver.touch()
    options.onBlock?.(block.number)
    onLine(describeBlock(block))
  }
  const miner = await startMiner({ ask, wsUrl: anvil.wsUrl, onBlock, signal })
  onLine(`listens on http://${host}:${port}, at block ${Number(await ask<Hex>('eth_blockNumber'))}`)
  const saveLast = async (): Promise<void> => {
    // Whoever sent something was told that it would be mined.
    await miner.finish().catch(() => undefined)
    ending.abort()
    await saver.flush()
  }
  const stop = once(async () => {
    try {
      // What has ended by itself cannot be asked any more.
      if (!signal.aborted) await saveLast()
    } finally {
      await anvil.stop()
    }
  })
  return {
    rpcUrl: `http://${host}:${port}`,
    wsUrl: `ws://${host}:${port}`,
    chainId,
    pid: () => anvil.pid,
    ended: anvil.ended,
    setBalance: async (address, wei) => {
      await ask('anvil_setBalance', [address, toHex(wei)])
      saver.touch()
    },
    passBlock: miner.passBlock,
    hurry: miner.hurry,
    watchHub: async (hub) => miner.watch(openDeadlines(ask, hub)),
    stop,
  }
}

function describeBlock({ number, transactions, gasUsed }: Head): string {
  if (transactions === 0) return `block ${number}: nothing in it, for the time alone`
  return `block ${number}: ${transactions} ${transactions === 1 ? 'transaction' : 'transactions'}, ${gasUsed.toLocaleString('en')} gas`
}

async function save(folder: string, ask: Ask): Promise<void> {
  try {
    await writeState(folder, Buffer.from((await ask<Hex>('anvil_dumpState')).slice(2), 'hex'))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`The chain cannot be saved in ${folder}: ${why}`, { cause })
  }
}

async function resumeAnvil(options: LocalChainOptions, { host, port }: ListenAddress): Promise<Anvil> {
  const { folder } = options
  const state = await unpackState(folder)
  try {
    return await startAnvil({ ...options, host, port, state })
  } catch (cause) {
    // Anvil names the option by which it was given the file.
    throw state !== undefined && String(cause).includes('--load-state') ? unreadable(folder, cause) : cause
  } finally {
    await removeUnpacked(folder)
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return async () => {
    done ??= work()
    return done
  }
}
