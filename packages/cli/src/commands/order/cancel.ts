// iexec order cancel: closes orders on chain, for good.
import type { Signed } from '@iexec/protocol'
import { requireOpen, requireOrderOwner } from '@iexec/sdk'
import type { Hex } from 'viem'
import type { Call, Command, Outcome } from '../../command.ts'
import { CONFIRMS_OPTION } from '../../options.ts'
import { chainOf, openSteadySigner } from '../../session.ts'
import { attemptEach, outcomeOf, thenEach, type Attempts, type Item } from './attempt.ts'
import { requireSignedHere } from './check.ts'
import { fetchMeant, readMeant, type Meant } from './find.ts'
import { kindHashFlags, requireNamed } from './kinds.ts'
import { SIGNING } from './options.ts'
import { ask } from './ask.ts'

type Ready = Item & { readonly order: Signed }
type Cancelled = Item & { readonly txHash: Hex }

export const cancelOrderCommand: Command = {
  name: 'cancel',
  summary: 'close orders on chain, for good',
  description:
    'Closes orders of yours on chain: nobody can make a deal of them any more, whoever has them. Deals that they made go on. It costs gas.',
  options: [...SIGNING, CONFIRMS_OPTION, ...kindHashFlags('cancel')],
  examples: [
    { line: 'iexec order cancel --app', meaning: 'the app order of orders.json' },
    { line: 'iexec order cancel --request 0x…', meaning: 'one by its hash' },
  ],
  run: cancelOrders,
}

async function cancelOrders(call: Call): Promise<Outcome> {
  const named = requireNamed(call, 'cancelled')
  const chain = await chainOf(call)
  const found = await attemptEach(named, async (one): Promise<Meant> => readMeant(one, chain))
  return outcomeOf(await cancelFound(call, found), call, {
    raw: ({ txHash }) => ({ txHash }),
    text: ({ kind, txHash }) => [`Cancelled the ${kind} order, for good.`, `  transaction  ${txHash}`],
  })
}

async function cancelFound(call: Call, found: Attempts<Meant>): Promise<Attempts<Cancelled>> {
  if (found.done.length === 0) return { done: [], failed: found.failed }
  const iexec = await openSteadySigner(call)
  const ready = await thenEach(found, async (meant): Promise<Ready> => {
    const order = await fetchMeant(iexec, meant)
    await requireOrderOwner(iexec.context, order)
    // One of another chain would be closed here, where it never was, and stay open there.
    if (meant.order !== undefined) await requireSignedHere(iexec, order)
    await requireOpen(iexec.context, order)
    return { kind: meant.kind, order }
  })
  await ask(call, ready.done, (what) => `Cancel ${what} for good?`)
  return thenEach(
    ready,
    async ({ kind, order }): Promise<Cancelled> => {
      const { txHash } = await call.begun.finish(async () => iexec.orders.cancel(order))
      return { kind, txHash }
    },
    call.signal,
  )
}
