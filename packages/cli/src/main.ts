#!/usr/bin/env node
// The `iexec` command. Whoever only asks for the version waits for nothing else.
import { enableCompileCache } from 'node:module'
import process from 'node:process'
import { VERSION } from './version.ts'

const [first] = process.argv.slice(2)
if (first === '-V' || first === '--version') {
  console.log(VERSION)
} else {
  // What was compiled once need not be compiled at the next call.
  enableCompileCache()
  const { run } = await import('./run.ts')
  process.exitCode = await run(process.argv.slice(2))
}
