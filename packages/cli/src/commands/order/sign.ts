// iexec order sign: what iexec.json says becomes signed orders in orders.json.
import type { Order, OrderKind, Signed } from '@iexec/protocol'
import type { ChainSettings, Iexec } from '@iexec/sdk'
import { CliError } from '../../cliError.ts'
import type { Call, Command, Outcome } from '../../command.ts'
import { findDeployed } from '../../files/deployedFile.ts'
import { iexecFilePath, requireSection } from '../../files/iexecFile.ts'
import { ORDER_KINDS, orderName, requireReadable, signedToJson, writeSignedOrders } from '../../files/ordersFile.ts'
import { readSection, type Section } from '../../files/section.ts'
import { chainOf, isSet, openSigner, projectFolder } from '../../session.ts'
import { ask } from './ask.ts'
import { attemptEach, outcomeOf, thenEach, type Attempts, type Item } from './attempt.ts'
import { preflight } from './check.ts'
import { givenKinds, kindFlags } from './kinds.ts'
import { SIGNING, SKIP_OPTION } from './options.ts'
import { createOrder, readTemplate, type Known, type Wish } from './template.ts'
import { describeOrder } from './words.ts'

export const signOrderCommand: Command = {
  name: 'sign',
  summary: 'sign orders of iexec.json',
  description:
    'Signs the orders of iexec.json, all that are there unless some are named, and writes them into orders.json. A field that is left out is as iexec order init writes it; an empty one is refused. It costs no gas, and nobody sees them before they are published. In a terminal you are shown what you sign.',
  options: [...SIGNING, ...kindFlags((kind) => `sign the ${kind} order`), SKIP_OPTION],
  examples: [
    { line: 'iexec order sign --app', meaning: 'the app order of iexec.json' },
    { line: 'iexec order sign --force', meaning: 'all that are there, without a question' },
  ],
  run: signOrders,
}

type Wished = Item & { readonly wish: Wish }
type Made = Item & { readonly order: Order }
type Ready = Item & { readonly order: Signed }

async function signOrders(call: Call): Promise<Outcome> {
  const folder = projectFolder()
  const chain = await chainOf(call)
  const section = await requireSection(folder, 'order', call.terminal)
  const known = await findOwn(chain)
  // Before anything is signed: what could not be written in the end would be lost.
  await requireReadable(folder)
  const wished = await attemptEach(kindsOf(call, section), async (kind): Promise<Wished> => {
    const place = `${iexecFilePath(folder)}: order.${orderName(kind.kind)}`
    return { ...kind, wish: readTemplate(kind.kind, templateOf(section, { kind: kind.kind, place }), known) }
  })
  const signed = await signWished(call, wished)
  if (signed.done.length > 0) {
    await writeSignedOrders(
      folder,
      chain.chainId,
      signed.done.map(({ order }) => order),
    )
  }
  return outcomeOf(signed, call, {
    raw: ({ order }) => signedToJson(order),
    text: ({ kind, order }) => [
      ...(call.terminal.isInteractive ? [] : describeOrder(order)),
      `Signed the ${kind} order. iexec order publish --${kind} offers it on the market.`,
    ],
  })
}

async function signWished(call: Call, wished: Attempts<Wished>): Promise<Attempts<Ready>> {
  if (wished.done.length === 0) return { done: [], failed: wished.failed }
  const iexec = await openSigner(call)
  const made = await thenEach(wished, async ({ kind, wish }): Promise<Made> => {
    const order = createOrder(iexec, wish)
    if (!isSet(call, 'skipPreflightCheck')) await preflight(iexec, order)
    return { kind, order }
  })
  // Scripts are not asked, and never were: a signature alone offers nothing to anybody.
  if (call.terminal.isInteractive) await ask(call, made.done, (what) => `Sign ${what}?`)
  return thenEach(made, async ({ kind, order }): Promise<Ready> => ({ kind, order: await sign(iexec, order) }))
}

async function sign({ orders }: Iexec, order: Order): Promise<Signed> {
  return orders.sign(order)
}

function kindsOf(call: Call, { place, values }: Section): readonly Item[] {
  const named = givenKinds(call)
  const kinds = named.length > 0 ? named : ORDER_KINDS.filter((kind) => values[orderName(kind)] !== undefined)
  if (kinds.length > 0) return kinds.map((kind) => ({ kind }))
  throw new CliError('MissingFile', `${place} has no order.`, { hints: ['iexec order init writes some.'] })
}

function templateOf({ values }: Section, { kind, place }: Item & { readonly place: string }): Section {
  const given = values[orderName(kind)]
  if (given !== undefined) return readSection(given, place)
  throw new CliError('MissingFile', `iexec.json has no ${orderName(kind)}.`, {
    hints: [`iexec order init --${kind} writes one to begin with.`],
  })
}

async function findOwn({ chainId }: ChainSettings): Promise<Known> {
  const kinds = ['app', 'dataset', 'workerpool'] as const satisfies readonly OrderKind[]
  const found = kinds.map(async (kind) => [kind, await findDeployed(projectFolder(), { kind, chainId })] as const)
  return Object.fromEntries(await Promise.all(found))
}
