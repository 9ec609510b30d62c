#!/usr/bin/env node
// The network's command, which `iexec network` runs: which of its commands is called, and with what exit code it ends.
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
  const isHelp = name === undefined || name === 'help' || name === '--help' || name === '-h'
  const write = isHelp ? console.log : console.error
  if (!isHelp) console.error(`iexec network has no command "${name}".`)
  write(sayUsage())
  process.exitCode = isHelp ? 0 : 2
} else {
  try {
    process.exitCode = await command.run(args)
  } catch (error) {
    const { tellFailure } = await import('./command/options.ts')
    process.exitCode = tellFailure(error)
  }
  // Everything is closed. What was asked of a node that never answers must not hold the process.
  process.exit()
}
