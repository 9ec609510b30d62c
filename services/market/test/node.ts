// A node that goes away and comes back at the same address, with the chain that it had or with an older one.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startAnvil } from '@iexec/chain/test/anvil'
import { startChainWithMarket, type TestChain } from '@iexec/service/test/chain'

/** A market on a node that can go. */
export type TestNode = {
  readonly chain: TestChain
  /** Ends anvil, and returns a copy of its chain as it is now. */
  readonly leave: () => Promise<string>
  /** Starts anvil again: with the chain that it had, or with a copy. */
  readonly comeBack: (copy?: string) => Promise<void>
  /** Starts anvil anew, as who forgets to keep its chain. */
  readonly comeBackEmpty: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Starts a market on such a node. */
export async function startNode(): Promise<TestNode> {
  const folder = mkdtempSync(join(tmpdir(), 'market-node-'))
  const state = join(folder, 'state.json')
  const args = ['--state', state]
  const chain = await startChainWithMarket({ args })
  const port = Number(new URL(chain.url).port)
  // Its end is awaited by `stop`; a signal that comes twice does no harm.
  let { stop } = chain
  let copies = 0
  return {
    chain,
    leave: async () => {
      await stop()
      copies += 1
      const copy = join(folder, `copy-${copies}.json`)
      copyFileSync(state, copy)
      return copy
    },
    comeBack: async (copy) => {
      if (copy !== undefined) copyFileSync(copy, state)
      ;({ stop } = await startAnvil({ port, args }))
    },
    comeBackEmpty: async () => {
      rmSync(state)
      ;({ stop } = await startAnvil({ port, args }))
    },
    stop: async () => {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
