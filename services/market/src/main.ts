#!/usr/bin/env node
// The market service: reads the settings, starts, and stops on SIGINT or SIGTERM.
import { runMain } from '@iexec/service'
import { getAddress } from 'viem'
import { marketCommand, readConfig } from './config.ts'
import { startService, type Service } from './service.ts'

await runMain({
  command: marketCommand(),
  read: readConfig,
  start: async (config, log, signal) => {
    const service = await startService(config, log, signal)
    return service && { says: introduce(service), ended: service.ended }
  },
})

function introduce({ url, chains }: Service): readonly string[] {
  return [
    `The market listens on ${url}`,
    ...chains.markets.map(({ chainId, contracts }) => `  chain ${chainId}, hub ${getAddress(contracts.hub)}`),
    ...chains.absent.map(({ hub }) => `  hub ${getAddress(hub)}, as soon as a node tells of its chain`),
  ]
}
