// Putting assets up for sale, and taking them back: iexec app publish, iexec app unpublish.
import { formatRlc, unreachable, type OrderHash } from '@iexec/protocol'
import type { AssetKind, Iexec } from '@iexec/sdk'
import type { Address } from 'viem'
import type { Call, Command, Option } from '../../command.ts'
import { readIexecFile, iexecFilePath, sectionOf } from '../../files/iexecFile.ts'
import { findDeployed } from '../../files/deployedFile.ts'
import { readPrice } from '../../files/section.ts'
import { CHAIN_OPTION, FORCE_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { rows } from '../../rows.ts'
import { addressArgument, chainOf, isSet, openSigner, projectFolder, text } from '../../session.ts'
import { confirm } from '../../terminal/ask.ts'
import { amountOption, wholeOption } from '../../values.ts'
import { plainly } from '../order/plainly.ts'
import { listOffers, tellCheaper } from './offers.ts'
import { requireUsable } from './preflight.ts'
import { addressArgumentOf, targetOf } from './target.ts'
import { ARTICLES } from './view.ts'

/** An asset that somebody sells. Prices are nRLC for one task. */
export type Sale = {
  readonly address: Address
  readonly price: bigint
  readonly volume: bigint
  readonly tag: string | undefined
  readonly restrict: Readonly<Partial<Record<Restriction, Address>>>
  /** Of workerpools only. */
  readonly category: bigint
  readonly trust: bigint
}

type Restriction = AssetKind | 'requester'

/** For how many runs, when nobody says. */
export const DEFAULT_VOLUMES: { readonly [Kind in AssetKind]: bigint } = {
  app: 1_000_000n,
  dataset: 1_000_000n,
  workerpool: 1n,
}

/** What one unit of the volume is. */
const UNITS: { readonly [Kind in AssetKind]: string } = { app: 'run', dataset: 'use', workerpool: 'task' }

/** Of whom each kind can say that only he may buy it. */
const RESTRICTIONS: { readonly [Kind in AssetKind]: readonly Restriction[] } = {
  app: ['dataset', 'workerpool', 'requester'],
  dataset: ['app', 'workerpool', 'requester'],
  workerpool: ['app', 'dataset', 'requester'],
}

/** The price of an option. */
export const PRICE_OPTION: Option = {
  flags: '--price <amount...>',
  summary: 'price of one task, in nRLC or with a unit: 0.1 RLC',
  fallback: 'the price in iexec.json for what this project deployed, else nothing',
}

/** `iexec <kind> publish [address]` */
export function publishCommand(kind: AssetKind): Command {
  return {
    name: 'publish',
    summary: `put ${ARTICLES[kind]} of yours up for sale`,
    description: `Puts ${ARTICLES[kind]} of yours up for sale: an order is signed and published on the market. Costs no gas.`,
    arguments: [addressArgumentOf(kind)],
    options: publishOptions(kind),
    examples: [
      { line: `iexec ${kind} publish --price 0.1 RLC`, meaning: 'what this project deployed' },
      { line: `iexec ${kind} publish 0x… --requester-restrict 0x…`, meaning: 'to one buyer only, for nothing' },
    ],
    run: async (call) => {
      const sale = await readSale(call, kind)
      const iexec = await openSigner(call)
      const offers = await listOffers(iexec, kind, sale)
      tellCheaper(call.terminal, kind, { offers, price: sale.price, chain: chainWords(call) })
      const question = `Put the ${kind} ${sale.address} up for sale at ${priceText(kind, sale)}?`
      await confirm(question, call.terminal, isSet(call, 'force'))
      if (!isSet(call, 'skipPreflightCheck')) await requireUsable(iexec, kind, sale)
      const orderHash = await sell(iexec, kind, sale)
      return {
        raw: { orderHash },
        json: { address: sale.address, orderHash, price: sale.price, volume: sale.volume },
        text: [`The ${kind} ${sale.address} is for sale.`, ...saleRows(kind, sale, orderHash)],
      }
    },
  }
}

function publishOptions(kind: AssetKind): readonly Option[] {
  const ofPools: readonly Option[] = [
    { flags: '--category <id>', summary: 'how long tasks may run: a category', fallback: '0' },
    { flags: '--trust <n>', summary: 'up to which trust: how many workers must agree', fallback: '0' },
  ]
  return [
    CHAIN_OPTION,
    ...WALLET_OPTIONS,
    FORCE_OPTION,
    PRICE_OPTION,
    { flags: '--volume <n>', summary: `for how many ${UNITS[kind]}s`, fallback: `${DEFAULT_VOLUMES[kind]}` },
    {
      flags: '--tag <tag>',
      summary: kind === 'workerpool' ? 'what it offers: tee,tdx,gpu' : 'what it needs: tee,tdx,gpu',
    },
    ...(kind === 'workerpool' ? ofPools : []),
    ...RESTRICTIONS[kind].map((whom) => ({ flags: `--${whom}-restrict <address>`, summary: `only with this ${whom}` })),
    ...SKIP_OPTIONS[kind],
  ]
}

const SKIP_OPTION: Option = {
  flags: '--skip-preflight-check',
  summary: 'do not look whether whoever buys it could use it',
}

/** Nothing has to be looked at, of apps: old scripts say it anyway. */
const OLD_SKIP_OPTION: Option = { ...SKIP_OPTION, isHidden: true }

const SKIP_OPTIONS: { readonly [Kind in AssetKind]: readonly Option[] } = {
  app: [OLD_SKIP_OPTION],
  dataset: [SKIP_OPTION],
  workerpool: [],
}

async function readSale(call: Call, kind: AssetKind): Promise<Sale> {
  const given = {
    price: amountOption(call, 'price'),
    volume: wholeOption(call, 'volume', 1n) ?? DEFAULT_VOLUMES[kind],
    tag: text(call, 'tag'),
    restrict: Object.fromEntries(
      RESTRICTIONS[kind].flatMap((whom) => {
        const address = text(call, `${whom}Restrict`)
        return address === undefined ? [] : [[whom, addressArgument(address, `--${whom}-restrict`)] as const]
      }),
    ),
    category: wholeOption(call, 'category') ?? 0n,
    trust: wholeOption(call, 'trust') ?? 0n,
  }
  const address = await targetOf(call, kind)
  return { ...given, address, price: given.price ?? (await priceInFile(call, kind, address)) ?? 0n }
}

/** The price in iexec.json belongs to what this project deployed, and to nothing else. */
async function priceInFile(call: Call, kind: AssetKind, address: Address): Promise<bigint | undefined> {
  const folder = projectFolder()
  const { chainId } = await chainOf(call)
  if ((await findDeployed(folder, { kind, chainId })) !== address) return undefined
  const file = await readIexecFile(folder, call.terminal)
  if (file?.[kind] === undefined) return undefined
  return readPrice(sectionOf(iexecFilePath(folder), file, kind), 'price')
}

/**
 * Signs an order of the signer's asset and publishes it.
 *
 * @throws IexecError as `signOrder` and `publishOrder` do
 */
export async function sell(iexec: Iexec, kind: AssetKind, sale: Sale): Promise<OrderHash> {
  switch (kind) {
    case 'app':
      return publish(iexec, iexec.orders.createApp({ app: sale.address, appprice: sale.price, ...termsOf(sale) }))
    case 'dataset':
      return publish(
        iexec,
        iexec.orders.createDataset({ dataset: sale.address, datasetprice: sale.price, ...termsOf(sale) }),
      )
    case 'workerpool':
      return publish(
        iexec,
        iexec.orders.createWorkerpool({
          workerpool: sale.address,
          workerpoolprice: sale.price,
          category: sale.category,
          trust: sale.trust,
          ...termsOf(sale),
        }),
      )
    default:
      return unreachable(kind)
  }
}

async function publish(iexec: Iexec, order: Parameters<Iexec['orders']['sign']>[0]): Promise<OrderHash> {
  const { orderHash } = await plainly(iexec.orders.publish(await iexec.orders.sign(order)))
  return orderHash
}

function termsOf({ volume, tag, restrict }: Sale): Terms {
  const restrictions = Object.entries(restrict).map(([whom, address]) => [`${whom}restrict`, address] as const)
  return { volume, ...(tag === undefined ? {} : { tag }), ...Object.fromEntries<Address>(restrictions) }
}

type Terms = { readonly volume: bigint; readonly tag?: string }

/** The option that names the chain, as it was given, for a line that is to be typed next. */
export function chainWords(call: Call): string {
  const chain = text(call, 'chain')
  return chain === undefined ? '' : ` --chain ${chain}`
}

/** `0.1 RLC a run`. */
export function priceText(kind: AssetKind, { price }: Pick<Sale, 'price'>): string {
  return `${formatRlc(price)} a ${UNITS[kind]}`
}

/** What people are told of an asset that is for sale. */
function saleRows(kind: AssetKind, sale: Pick<Sale, 'price' | 'volume'>, orderHash: OrderHash): readonly string[] {
  return rows([
    ['price', priceText(kind, sale)],
    ['volume', `${sale.volume} ${UNITS[kind]}${sale.volume === 1n ? '' : 's'}`],
    ['order', orderHash],
  ])
}

/** `iexec <kind> unpublish [address]` */
export function unpublishCommand(kind: AssetKind): Command {
  return {
    name: 'unpublish',
    summary: `take ${ARTICLES[kind]} of yours off the market`,
    description: `Takes ${ARTICLES[kind]} of yours off the market: the order that was published last, or all. Whoever has a copy can still use it; iexec order cancel ends that.`,
    arguments: [addressArgumentOf(kind)],
    options: [CHAIN_OPTION, ...WALLET_OPTIONS, FORCE_OPTION, { flags: '--all', summary: 'all its orders' }],
    examples: [
      { line: `iexec ${kind} unpublish`, meaning: 'the last order of what this project deployed' },
      { line: `iexec ${kind} unpublish 0x… --all`, meaning: 'all orders' },
    ],
    run: async (call) => {
      const isAll = isSet(call, 'all')
      const address = await targetOf(call, kind)
      const iexec = await openSigner(call)
      const what = isAll ? `all orders of the ${kind} ${address}` : `the last order of the ${kind} ${address}`
      await confirm(`Take ${what} off the market?`, call.terminal, isSet(call, 'force'))
      const hashes = await plainly(iexec.orders.unpublish(kind, isAll ? { all: address } : { last: address }))
      return {
        raw: { unpublished: isAll ? hashes : hashes[0] },
        json: { address, unpublished: hashes },
        text: [`Off the market: ${what}.`, ...hashes.map((hash) => `  order  ${hash}`)],
      }
    },
  }
}
