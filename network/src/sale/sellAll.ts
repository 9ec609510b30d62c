// The sales of `pnpm start`, one after the other: the module and, where workers run images, the image of the same app.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NetworkFault } from '../folder/fault.ts'
import { readNetworkFile, type NetworkFile } from '../folder/networkFile.ts'
import { listInStore, taskPage } from '../run/webPart.ts'
import { sayCompared, sayEnd, type Sold } from './ending.ts'
import type { Options } from './line.ts'
import { marketOf, type Goods } from './market.ts'
import { requireRoom } from './room.ts'
import { sellAndRun } from './sale.ts'
import { offerOrSayWhyNot, type Shelf } from './shelf.ts'
import type { Step } from './steps.ts'
import type { Voice } from './takeTurns.ts'
import { wordsOf } from './words.ts'

/** Where it is sold, and who hears of it. */
export type Selling = {
  readonly folder: string
  readonly options: Options
  readonly voice: Voice
  readonly signal: AbortSignal
}

/**
 * Sells everything, and tells how it ended.
 *
 * @throws NetworkFault or IexecError when something is in the way
 */
export async function sellAll(shelf: Shelf, selling: Selling): Promise<void> {
  const { folder, options, voice } = selling
  const network = readNetworkFile(folder)
  if (network === undefined) throw new NetworkFault(`The network in ${folder} has no network.json: it is not ready.`)
  await requireRoom(folder)
  const module = await shelf.module
  const sold = [await sell(module, { ...selling, network })]
  const image = (await shelf.image) ? await offer(module, { ...selling, network }) : undefined
  if (image !== undefined) sold.push(await sell(image, { ...selling, network }))
  const areSame = await areSameBytes(sold)
  if (options.json !== true) console.log(sayEnd({ sold, areSame, options, network }))
  else if (sold.length > 1) voice.say('compared', sayCompared(areSame), { same: areSame })
}

type OnNetwork = Selling & { readonly network: NetworkFile }

async function offer(
  module: Goods,
  { folder, options, voice: { say }, network }: OnNetwork,
): Promise<Goods | undefined> {
  const { dockerHost, registryImage } = options
  return offerOrSayWhyNot(module, { folder, network, dockerHost, registryImage, say })
}

const TITLES: Readonly<Record<Sold['type'], string>> = {
  WASM: 'The first sale: a ray tracer in WebAssembly renders the Stanford bunny.',
  DOCKER: 'The second sale: the same ray tracer, as an image in containers.',
}

async function sell(goods: Goods, { folder, options, voice, signal, network }: OnNetwork): Promise<Sold> {
  const { type } = goods.product
  const isJson = options.json === true
  const tell = (step: Step): void => {
    // Whoever has left hears no more of it.
    if (signal.aborted) return
    if (isJson) voice.say('sale', step.step, { ...plain(step), type })
    else for (const line of wordsOf(step)) console.log(line)
  }
  if (!isJson) {
    voice.hold()
    console.log(`\n${TITLES[type]}\n`)
  }
  const results = type === 'WASM' ? join(folder, 'results') : join(folder, 'results/of-image')
  const { task, voters, files, milliseconds } = await sellAndRun(marketOf(network), goods, {
    folder: results,
    tell,
    signal,
  })
  const page = taskPage(network, task)
  await listInStore(folder, network, voice.say)
  if (!isJson) console.log('')
  voice.goOn()
  if (isJson)
    voice.say('sold', 'The sale came to its end.', { ms: Math.round(milliseconds), type, files, page, voters })
  return {
    type,
    page,
    picture: files.find((file) => file.endsWith('.png')) ?? files[0] ?? results,
    voters,
    milliseconds,
  }
}

async function areSameBytes(sold: readonly Sold[]): Promise<boolean> {
  const [first, ...others] = await Promise.all(sold.map(async ({ picture }) => readFile(picture)))
  return others.every((other) => first?.equals(other) === true)
}

/** Numbers that JSON has no form for are told as digits. */
function plain(step: Step): Readonly<Record<string, unknown>> {
  return JSON.parse(
    JSON.stringify(step, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  ) as Readonly<Record<string, unknown>>
}
