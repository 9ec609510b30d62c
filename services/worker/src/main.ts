#!/usr/bin/env node
// The worker's command, which `iexec worker` runs: which of its commands is called, and with what exit code it ends.
import process from 'node:process'
import { useCompileCache } from '@iexec/service/compileCache'

// What was compiled once need not be compiled at the next start.
useCompileCache()
const { findCommand, sayUsage } = await import('./command/index.ts')

// pnpm runs this in its own folder, and tells where it was called: paths are meant from there.
process.chdir(process.env['INIT_CWD'] ?? process.cwd())
const [name, ...args] = process.argv.slice(2)
const command = name === undefined ? undefined : findCommand(name)
if (command === undefined) {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') console.log(sayUsage())
  else {
    const { tellFailure, UsageError } = await import('./settings/usage.ts')
    const { formOf } = await import('./settings/form.ts')
    const error = new UsageError(`iexec worker has no command "${name}".`)
    process.exitCode = tellFailure(error, { command: 'iexec worker', args: process.argv.slice(2) })
    if (formOf(process.argv.slice(2)) === 'text') console.error(sayUsage())
  }
} else {
  try {
    process.exitCode = await command.run(args)
  } catch (error) {
    const { tellFailure } = await import('./settings/usage.ts')
    process.exitCode = tellFailure(error, { command: nameOf(name ?? ''), args })
  }
  // Everything is closed. What was asked of a node that never answers must not hold the process.
  process.exit()
}

/** As people call it. */
function nameOf(word: string): string {
  return word.startsWith('app-') ? `iexec app ${word.slice('app-'.length)}` : `iexec worker ${word}`
}
