// Options and words: two apps are sold, and bought as bags of tasks from three workers who have to agree, each by the programs that
// readers begin with; what comes out is compared with a closed formula and with a plain count.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { accountOf } from '@iexec/chain/test/anvil'
import { REQUESTER } from '@iexec/network/test/startNetwork'
import { parseRlc } from '@iexec/protocol'
import { readZip } from '@iexec/sdk'
import type { Address } from 'viem'
import { beforeAll, expect, inject, test } from 'vitest'
import { blackScholes, type European } from './blackScholes.ts'
import { theShop } from './market.ts'
import { countPlainly } from './plainCount.ts'
import { EXAMPLES, hexBehind, sell, type Shop } from './shop.ts'

const engine = inject('engine')
// Images are built: on a busy machine that takes a while.
const LONG = 240_000

let shop: Shop
let pricing: Address
let statistics: Address
// runs: node wasi/build.ts option-pricing
// runs: node wasi/build.ts word-statistics
// runs: node sdk/sell-an-app.ts option-pricing
// runs: node sdk/sell-an-app.ts word-statistics
beforeAll(async () => {
  shop = theShop()
  pricing = await sell(shop, 'option-pricing')
  statistics = await sell(shop, 'word-statistics')
})

/** How each worker of each task of a deal ended. */
async function votes(dealId: `0x${string}`): Promise<readonly (readonly string[])[]> {
  const iexec = await shop.network.user(REQUESTER)
  const { tasks } = await iexec.deals.show(dealId)
  const shown = await Promise.all([...tasks].map(async (task) => iexec.tasks.show(task)))
  return shown.map(({ contributions }) => contributions.map(({ status }) => status))
}

const ALL_THREE = ['proved', 'proved', 'proved']

type Line = { readonly price: number; readonly error: number; readonly delta: number }

// runs: node option-pricing/price-portfolio.ts 0x… option-pricing/portfolio.json
test('a portfolio is priced by three workers for each option, within three standard errors of the closed formula', async () => {
  const file = join(EXAMPLES, 'option-pricing/portfolio.json')
  const portfolio = JSON.parse(readFileSync(file, 'utf8')) as readonly (European & { readonly quantity: number })[]

  const printed = await shop.program('option-pricing/price-portfolio.ts', [pricing, file])

  const lines: Line[] = []
  for (const [, place, price, error, delta] of printed.matchAll(/^option (\d): (\S+) ± (\S+), delta (\S+)$/gmu)) {
    lines[Number(place)] = { price: Number(price), error: Number(error), delta: Number(delta) }
  }
  expect(lines).toHaveLength(4)
  for (const [place, { price, error, delta }] of lines.slice(0, 3).entries()) {
    const exact = blackScholes(portfolio[place] as European)
    expect(Math.abs(price - exact.price)).toBeLessThan(3 * error)
    expect(error).toBeLessThan(0.05)
    expect(delta).toBeCloseTo(exact.delta, 2)
  }
  // A mean moves less than the last price does.
  expect(lines[3]?.price).toBeGreaterThan(0)
  expect(lines[3]?.price).toBeLessThan(blackScholes(portfolio[3] as European).price)
  const value = lines.reduce((sum, { price }, place) => sum + price * (portfolio[place]?.quantity ?? 0), 0)
  expect(Number(/^value (\S+) ±/mu.exec(printed)?.[1])).toBeCloseTo(value, 6)
  expect(await votes(hexBehind('deal', printed))).toEqual([ALL_THREE, ALL_THREE, ALL_THREE, ALL_THREE])
})

/** Where counting goes wrong first: links without an end, targets outside of the root, letters that are not ASCII. */
const TRICKY = `<a href="../../up/./here/">l'été</a> ](\n<b title="Île"> http:// 'https://a.b/c?d#e'. (http://a.b/c!) ](#)
[x](mailto:a@b.c "it's") [é](./) Ελλάδα 😀naïve2fast ×\u0000 don't' https://end.of/text.`

// runs: node examples/word-statistics/count-words.ts 0x… README.md docs/flow.md docs/wasm.md docs/build-an-app.md docs/security.md
test("the words and links of this repository's documents are counted by map and reduce, as a plain count counts them", async () => {
  const names = ['README.md', 'docs/flow.md', 'docs/wasm.md', 'docs/build-an-app.md', 'docs/security.md']
  mkdirSync(join(shop.folder, 'docs'))
  for (const name of names) copyFileSync(join(EXAMPLES, '..', name), join(shop.folder, name))
  names.push('docs/tricky.html')
  writeFileSync(join(shop.folder, 'docs/tricky.html'), TRICKY)

  const printed = await shop.program('word-statistics/count-words.ts', [statistics, ...names])

  const documents = names.map((name) => ({ name, text: readFileSync(join(shop.folder, name), 'utf8') }))
  const tally = readFileSync(join(shop.folder, 'tally.tsv'), 'utf8')
  expect(tally.trimEnd().split('\n')).toEqual(countPlainly(documents))
  expect(tally).toMatch(/^link\tdocs\/wasm\.md\t\d+\t\d+$/mu)
  const [mapped, reduced] = [...printed.matchAll(/^deal (0x\w+)$/gmu)].map(([, deal]) => deal as `0x${string}`)
  // Workers who were right a dozen times count for more: by now, two of them may be enough.
  const [byMap, byReduce] = [await votes(mapped ?? '0x'), await votes(reduced ?? '0x')]
  expect([byMap.length, byReduce.length]).toEqual([3, 2])
  expect([...byMap, ...byReduce].filter((workers) => workers.length < 2)).toEqual([])
  expect(new Set([...byMap, ...byReduce].flat())).toEqual(new Set(['proved']))
})

/** A file of the result that the program of one task kept. */
function bought(file: string): string {
  const found = readZip(readFileSync(join(shop.folder, 'result.zip'))).find(({ name }) => name === file)
  return new TextDecoder().decode(found?.read())
}

const OPTION = '--spot 100 --strike 100 --volatility 0.2 --years 1'

// runs: node sdk/run-one-task.ts 0x… "--spot 100 --strike 100 --volatility 0.2 --years 1"
test('a program of 40 lines runs one task, and keeps what came out', async () => {
  const printed = await shop.program('sdk/run-one-task.ts', [pricing, OPTION])

  expect(printed).toMatch(/^It costs 0\.010001 RLC\.$/mu)
  expect(JSON.parse(bought('price.json'))).toMatchObject({ kind: 'call', paths: 1_000_000, seed: 1 })
})

// runs: node sdk/map-over-inputs.ts 0x… "--spot 100 --strike 100 --volatility 0.2 --years 1" "--spot 100 --strike 90 --volatility 0.2 --years 1"
test('a program of 40 lines maps over inputs, and an input that the app refuses is told with what the app said', async () => {
  const words = [OPTION, OPTION.replace('strike 100', 'strike 90'), `${OPTION} --kind cull`]

  const printed = await shop.program('sdk/map-over-inputs.ts', [pricing, ...words])

  for (const word of words.slice(0, 2)) expect(printed).toContain(`${word}: price.json\n{\n  "kind": "call"`)
  expect(printed).toContain(`${words[2]}: stderr.txt\n--kind is call or put, not cull\n`)
})

test('programs sell computing, and buy a run order by order for what its orders ask', async () => {
  const requester = await shop.network.user(REQUESTER)
  const before = await requester.account.show(accountOf(REQUESTER).address)

  await shop.program('sdk/sell-computing.ts', [])
  const printed = await shop.program('sdk/buy-a-run.ts', [pricing, OPTION])

  const { dealId, result } = await requester.resume(hexBehind('deal', printed))
  await result()
  const after = await requester.account.show(accountOf(REQUESTER).address)
  expect(before.stake - after.stake).toBe(parseRlc('0.01 RLC') + 1_000n)
  expect(await votes(dealId)).toHaveLength(1)
})

// runs: docker build --file option-pricing/Dockerfile --tag registry.example/me/option-pricing:1.0.0 .
// runs: docker build --file word-statistics/Dockerfile --tag registry.example/me/word-statistics:1.0.0 .
test.skipIf(engine === undefined)('the images find what the modules found, to the last byte', { timeout: LONG }, () => {
  const { images } = shop
  if (images === undefined) return
  const base = images.nodeBase
  const [given, out] = [images.makeFolder(), images.makeFolder()]
  const runImage = (example: string, variables: readonly string[], words: readonly string[]): void => {
    const tag = `registry.example/me/${example}:1.0.0`
    const file = join(EXAMPLES, example, 'Dockerfile')
    images.docker(['build', '--network', 'none', '--build-arg', `BASE=${base}`, '--file', file, '--tag', tag, EXAMPLES])
    const mounts = [
      '-v',
      `${given}:/iexec_in:ro`,
      '-v',
      `${out}:/iexec_out`,
      ...variables.flatMap((one) => ['-e', one]),
    ]
    images.docker(['run', '--rm', '--network', 'none', ...mounts, tag, ...words])
  }
  const text = readFileSync(join(EXAMPLES, '../README.md'), 'utf8')
  writeFileSync(join(given, 'text'), text)

  runImage('option-pricing', [], OPTION.split(' '))
  const variables = ['NUMBER=1', 'FOLDER=/iexec_in'].map((one) => `IEXEC_INPUT_FILES_${one}`)
  runImage('word-statistics', [...variables, 'IEXEC_INPUT_FILE_NAME_1=text'], ['map', 'README.md'])

  expect(readFileSync(join(out, 'price.json'), 'utf8')).toBe(bought('price.json'))
  const tally = readFileSync(join(out, 'tally.tsv'), 'utf8')
  expect(tally.trimEnd().split('\n')).toEqual(countPlainly([{ name: 'README.md', text }]))
})

test.each(['option-pricing', 'word-statistics'])('a store can list %s', (example) => {
  const listing = JSON.parse(readFileSync(join(EXAMPLES, example, 'iexec.json'), 'utf8')) as {
    readonly description: string
  }
  const logo = readFileSync(join(EXAMPLES, example, 'logo.png'))

  expect(listing.description.length).toBeGreaterThanOrEqual(150)
  expect(listing).toMatchObject({ license: 'Apache-2.0', logo: 'logo.png', app: { name: example, type: 'WASM' } })
  // Behind the signature of PNG and the header of its first piece: width and height.
  expect([logo.toString('latin1', 1, 4), logo.readUInt32BE(16), logo.readUInt32BE(20)]).toEqual(['PNG', 180, 180])
})
