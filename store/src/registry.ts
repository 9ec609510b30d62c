#!/usr/bin/env node
// What `iexec registry` runs.
import { runGroup } from './command/line.ts'

await runGroup({
  name: 'iexec registry',
  more: 'docs/run-a-store.md',
  commands: {
    validate: {
      summary: 'check listings: their files, and what the chain says of them',
      run: async (args) => (await import('./command/validate.ts')).validate(args),
    },
    build: {
      summary: 'make the static index that stores read',
      run: async (args) => (await import('./command/buildRegistry.ts')).buildRegistry(args),
    },
  },
})
