// Renders a picture in tiles: each is a task of one bag, and what comes back is put together.
import { readFileSync, writeFileSync } from 'node:fs'
import { formatRlc } from '@iexec/protocol'
import { decode, encode } from 'fast-png'
import { openIexec, typed } from '../sdk/chain.ts'

const iexec = await openIexec('requester')
const app = typed(0, 'The address of the app') as `0x${string}`
const model = readFileSync(typed(1, 'The file of the model'))
const picture = typed(2, 'The file of the picture')
const tiles = Number(typed(3, 'The number of tiles'))
const look = process.argv.slice(6).join(' ')

const { location } = await iexec.storage.add({ name: 'model.obj', content: model })
const inputs = Array.from({ length: tiles }, (_, place) => ({
  args: `${look} --tile ${place + 1}/${tiles}`,
  inputFiles: [location],
}))
// Wrong in less than one of eight cases: several workers have to agree on each pixel, three while all are new.
const wish = { inputs, trust: 8n }
console.log(`${tiles} tiles cost ${formatRlc((await iexec.estimateMap(app, wish)).total)}.`)
const run = await iexec.map(app, { ...wish, deposit: 'auto' })
console.log(`deal ${run.dealId}`)

const parts: ReturnType<typeof decode>[] = []
for await (const outcome of run.results()) {
  if ('error' in outcome) throw outcome.error
  const files = iexec.results.readZip(new Uint8Array(await outcome.zip.arrayBuffer()))
  const tile = files.find(({ name }) => name === 'tile.png')
  if (tile === undefined) throw new Error(`The tile ${outcome.index} was not rendered: ${outcome.failure}.`)
  parts[Number(outcome.index)] = decode(tile.read())
  console.log(`tile ${outcome.index} is there, as the workers agreed`)
}

const [{ width } = { width: 0 }] = parts
const height = parts.reduce((sum, part) => sum + part.height, 0)
const data = Uint8Array.from(parts.flatMap((part) => [...part.data]))
writeFileSync(picture, encode({ width, height, channels: 3, depth: 8, data }))
console.log(`picture ${picture}, ${width}x${height}`)
