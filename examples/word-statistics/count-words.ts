// Counts the words and links of many documents: a bag of tasks counts a few documents each, a second bag adds the counts up, each
// task for a part of all words and links. What goes from the one to the other was verified on the way.
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import type { BagInput } from '@iexec/sdk'
import { openIexec, typed } from '../sdk/chain.ts'

const MAPPERS = 3
const REDUCERS = 2
/** How many of the most frequent are printed. */
const SHOWN = 8

const iexec = await openIexec('requester')
const app = typed(0, 'The address of the app') as `0x${string}`
const documents = process.argv.slice(3)

/** Runs the app over inputs, and returns the tally of each task. */
async function tallies(inputs: readonly BagInput[]): Promise<readonly Uint8Array<ArrayBuffer>[]> {
  // Wrong in less than one of eight cases: several workers have to agree, three while all are new.
  const run = await iexec.map(app, { inputs, trust: 8n, deposit: 'auto' })
  console.log(`deal ${run.dealId}`)
  const found: Uint8Array<ArrayBuffer>[] = []
  for await (const outcome of run.results()) {
    if ('error' in outcome) throw outcome.error
    const files = iexec.results.readZip(new Uint8Array(await outcome.zip.arrayBuffer()))
    const file = files.find(({ name }) => name === 'tally.tsv')
    if (file === undefined) throw new Error(`The task ${outcome.taskId} counted nothing: ${outcome.failure}.`)
    found[Number(outcome.index)] = file.read()
  }
  return found
}

async function store(content: Uint8Array<ArrayBuffer>): Promise<string> {
  return (await iexec.storage.add({ content })).location
}

const mapped = await tallies(
  await Promise.all(
    Array.from({ length: Math.min(MAPPERS, documents.length) }, async (_, mapper) => {
      const names = documents.filter((_name, place) => place % MAPPERS === mapper)
      const inputFiles = await Promise.all(names.map(async (name) => store(readFileSync(name))))
      return { args: ['map', ...names.map((name) => `'${name}'`)].join(' '), inputFiles }
    }),
  ),
)
const inputFiles = await Promise.all(mapped.map(store))
const reduced = await tallies(
  Array.from({ length: REDUCERS }, (_, part) => ({ args: `reduce ${part} ${REDUCERS}`, inputFiles })),
)

const lines = reduced.flatMap((tally) => new TextDecoder().decode(tally).split('\n').slice(0, -1)).toSorted()
writeFileSync('tally.tsv', lines.map((line) => `${line}\n`).join(''))
for (const kind of ['word', 'link']) {
  const counts = lines.map((line) => line.split('\t')).filter(([of]) => of === kind)
  const most = counts.toSorted(([, , one], [, , other]) => Number(other) - Number(one)).slice(0, SHOWN)
  console.log(`${counts.length} ${kind}s: ${most.map(([, key, times]) => `${key} ${times}`).join(', ')}`)
}
