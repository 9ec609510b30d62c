#!/usr/bin/env node
// The `iexec` command. Whoever only asks for the version waits for nothing else.
import process from 'node:process'
import { VERSION } from './version.ts'

const [first] = process.argv.slice(2)
if (first === '-V' || first === '--version') {
  console.log(VERSION)
} else {
  const { run } = await import('./run.ts')
  process.exitCode = await run(process.argv.slice(2))
}
