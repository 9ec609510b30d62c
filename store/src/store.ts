#!/usr/bin/env node
// What `iexec store` runs.
import { runGroup } from './command/line.ts'

await runGroup({
  name: 'iexec store',
  more: 'docs/run-a-store.md',
  commands: {
    build: {
      summary: 'make a store of your own as a static site',
      run: async (args) => (await import('./command/buildStore.ts')).build(args),
    },
    serve: {
      summary: 'show a store on this machine',
      run: async (args) => (await import('./command/serveStore.ts')).serve(args),
    },
  },
})
