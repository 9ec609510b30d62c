// The chain of a network, which goes on where it was, also after a fall.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Address } from 'viem'
import type { LocalChain } from '../chain/localChain.ts'
import { startLocalChain } from '../chain/startLocalChain.ts'
import { askHead, forgetHead, keepHighest, readHead } from './heads.ts'
import { keepAlive, type Say } from './keepAlive.ts'
import { openLog } from './logFile.ts'
import { logFile, urlOf } from './plans.ts'
import type { Register } from './register.ts'

/** Wallets know it as the id of chains on one's own machine. */
const CHAIN_ID = 31_337
const NAME = 'chain'

/** A chain that is started again when it falls over. */
export type KeptChain = {
  /** As it runs now. */
  readonly now: () => LocalChain
  /** From here on a block is mined whenever a deadline of this market falls due. */
  readonly watchHub: (hub: Address) => Promise<void>
  readonly stop: () => Promise<void>
}

/** What the chain of a network needs. */
export type ChainOptions = {
  readonly folder: string
  readonly port: number
  /** Origins whose pages may use it, beside those of this machine. */
  readonly origins?: readonly string[]
  readonly register: Register
  readonly say: Say
}

/** Starts the chain of a folder's network where it was, or anew. */
export async function startKeptChain({ folder, port, origins = [], register, say }: ChainOptions): Promise<KeptChain> {
  const stopping = new AbortController()
  const { signal } = stopping
  const room = join(folder, NAME)
  mkdirSync(room, { recursive: true, mode: 0o700 })
  const onLine = openLog(logFile(folder, NAME))
  const onProblem = (sentence: string): void => {
    onLine(sentence)
    say('problem', sentence)
  }
  const onBlock = keepHighest(folder)
  let hub: Address | undefined
  let isBehind = true
  const begin = async (started: LocalChain): Promise<void> => {
    register.born(NAME, urlOf(port), started.pid())
    const highest = readHead(folder)
    if (highest !== undefined) await started.passBlock(highest)
    onBlock((await askHead(started.rpcUrl)) ?? -1)
    if (hub !== undefined) await started.watchHub(hub)
    // Whoever ends this network meanwhile has ended the chain of before, and knows of no other one.
    signal.throwIfAborted()
    register.listens(NAME)
    isBehind = false
  }
  const start = async (): Promise<LocalChain> => {
    const started = await startLocalChain({
      folder: room,
      host: '127.0.0.1',
      port,
      chainId: CHAIN_ID,
      origins,
      onProblem,
      onBlock,
      onLine,
    })
    started.ended.catch(() => {
      isBehind = true
    })
    try {
      await begin(started)
    } catch (cause) {
      await started.stop()
      throw cause
    }
    return started
  }
  let chain = await start()
  const kept = {
    name: NAME,
    ended: async () => chain.ended.then(() => 'it was stopped', sentenceOf),
    start: async () => {
      chain = await start()
      if (signal.aborted) await chain.stop()
    },
    onFall: () => {
      register.fell(NAME)
      onLine('fell over')
    },
  }
  const alive = keepAlive(kept, { say, signal })
  return {
    now: () => chain,
    watchHub: async (address) => {
      hub = address
      await chain.watchHub(address)
    },
    stop: async () => {
      stopping.abort()
      await chain.stop()
      onLine('saved and ended')
      await alive
      // Of a chain that fell over, services may remember more than it has: the next start passes that block.
      if (!isBehind) forgetHead(folder)
    },
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
