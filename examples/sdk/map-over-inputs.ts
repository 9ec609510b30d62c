// Maps over inputs: runs an app once for each arguments that are typed, all in one purchase, and prints each result as it comes.
import process from 'node:process'
import { openIexec, typed } from './chain.ts'

const iexec = await openIexec('requester')
const app = typed(0, 'The address of the app') as `0x${string}`
const inputs = process.argv.slice(3).map((args) => ({ args }))

const run = await iexec.map(app, { inputs, deposit: 'auto' })
console.log(`deal ${run.dealId}`)
for await (const outcome of run.results()) {
  const place = Number(outcome.index)
  if ('error' in outcome) {
    console.log(`${inputs[place]?.args}: ${outcome.error.message}`)
    continue
  }
  for (const { name, read } of iexec.results.readZip(new Uint8Array(await outcome.zip.arrayBuffer()))) {
    console.log(`${inputs[place]?.args}: ${name}\n${new TextDecoder().decode(read())}`)
  }
}
