// What `pnpm start` runs: the market of this machine, and a first sale on it.
import process from 'node:process'
import { IexecError } from '@iexec/sdk'
import { tellFailure } from './command/options.ts'
import { sellFirst } from './sale/sellFirst.ts'

try {
  process.exitCode = await sellFirst(process.argv.slice(2))
} catch (error) {
  process.exitCode = tellFailure(error)
  if (error instanceof IexecError) for (const hint of error.hints) console.error(`  ${hint}`)
}
// What was asked of a node that never answers must not hold the process.
process.exit()
