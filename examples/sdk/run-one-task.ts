// Runs one task: shows the price, buys, says what happens meanwhile, and keeps the verified result.
import { writeFileSync } from 'node:fs'
import { formatRlc } from '@iexec/protocol'
import { IexecError } from '@iexec/sdk'
import { openIexec, typed } from './chain.ts'

const iexec = await openIexec('requester')
const app = typed(0, 'The address of the app') as `0x${string}`
const args = typed(1, 'What the app gets as arguments, in one word of the shell')

try {
  // Wrong in less than one of eight cases: several workers have to agree, three while all are new.
  const estimate = await iexec.estimate(app, { args, trust: 8n })
  console.log(`It costs ${formatRlc(estimate.total)}.`)
  const run = await iexec.start(estimate, { deposit: 'auto' })
  console.log(`task ${run.taskIds[0]}`)
  for await (const { reason } of run.progress()) console.log(reason)

  const { zip, failure } = await run.result()
  writeFileSync('result.zip', new Uint8Array(await zip.arrayBuffer()))
  console.log(
    failure === undefined ? 'The result is in result.zip.' : `${failure}: what the app wrote is in result.zip.`,
  )
} catch (error) {
  if (!(error instanceof IexecError)) throw error
  console.error([`${error.code}: ${error.message}`, ...error.hints].join('\n  '))
  process.exitCode = 1
}
