// Prices a portfolio: each option is a task of one bag, and what comes back is added up.
import { readFileSync } from 'node:fs'
import { formatRlc } from '@iexec/protocol'
import { openIexec, typed } from '../sdk/chain.ts'

/** So many of an option; below 0 for options that were sold. */
type Position = { readonly quantity: number } & Readonly<Record<string, string | number>>

/** What the app says of an option. */
type Priced = {
  readonly price: number
  readonly standardError: number
  readonly delta: number
  readonly deltaStandardError: number
}

const iexec = await openIexec('requester')
const app = typed(0, 'The address of the app') as `0x${string}`
const portfolio = JSON.parse(readFileSync(typed(1, 'The file of the portfolio'), 'utf8')) as readonly Position[]

const inputs = portfolio.map((position) => ({
  args: Object.entries(position)
    .filter(([name]) => name !== 'quantity')
    .map(([name, value]) => `--${name} ${value}`)
    .join(' '),
}))
// Wrong in less than one of eight cases: several workers have to agree, three while all are new.
const wish = { inputs, trust: 8n }
console.log(`${inputs.length} options cost ${formatRlc((await iexec.estimateMap(app, wish)).total)}.`)
const run = await iexec.map(app, { ...wish, deposit: 'auto' })
console.log(`deal ${run.dealId}`)

const prices = new Map<number, Priced>()
for await (const outcome of run.results()) {
  if ('error' in outcome) throw outcome.error
  const files = iexec.results.readZip(new Uint8Array(await outcome.zip.arrayBuffer()))
  const file = files.find(({ name }) => name === 'price.json')
  if (file === undefined) throw new Error(`The option ${outcome.index} has no price: ${outcome.failure}.`)
  const priced = JSON.parse(new TextDecoder().decode(file.read())) as Priced
  prices.set(Number(outcome.index), priced)
  console.log(`option ${outcome.index}: ${priced.price} ± ${priced.standardError}, delta ${priced.delta}`)
}

/** The sum over all positions, and its standard error: the options have seeds of their own, so their errors are independent. */
function sumOf(value: (priced: Priced) => number, error: (priced: Priced) => number): string {
  let [sum, variance] = [0, 0]
  for (const [place, { quantity }] of portfolio.entries()) {
    const priced = prices.get(place)
    if (priced === undefined) throw new Error(`The option ${place} has no price.`)
    sum += quantity * value(priced)
    variance += (quantity * error(priced)) ** 2
  }
  return `${sum} ± ${Math.sqrt(variance)}`
}

const value = sumOf(
  ({ price }) => price,
  ({ standardError }) => standardError,
)
const delta = sumOf(
  (priced) => priced.delta,
  ({ deltaStandardError }) => deltaStandardError,
)
console.log(`value ${value}`)
console.log(`delta ${delta}`)
