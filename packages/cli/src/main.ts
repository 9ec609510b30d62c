#!/usr/bin/env node
// The `iexec` command. Whoever only asks for the version waits for nothing else.
import process from 'node:process'
import { useCompileCache } from '@iexec/service/compileCache'
import { VERSION } from './version.ts'

const [first] = process.argv.slice(2)
if (first === '-V' || first === '--version') {
  console.log(VERSION)
} else if (isTooOld(process.versions.node)) {
  console.error(`iexec needs Node 22.13 or newer, and this is ${process.versions.node}.\n  nodejs.org has it.`)
  process.exitCode = 1
} else {
  // What was compiled once need not be compiled at the next call.
  useCompileCache()
  const { run } = await import('./run.ts')
  process.exitCode = await run(process.argv.slice(2))
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major < 22 || (major === 22 && minor < 13)
}
