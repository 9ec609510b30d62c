#!/usr/bin/env node
// The market service: reads the settings, starts, and stops on SIGINT or SIGTERM.
import process from 'node:process'
import { destination, pino } from 'pino'
import { getAddress } from 'viem'
import { marketCommand, readConfig } from './config.ts'
import { strayVariables } from './configText.ts'
import { startService } from './service.ts'

// pnpm runs this in its own folder, and tells where it was called: paths are meant from there.
process.chdir(process.env['INIT_CWD'] ?? process.cwd())
const config = readConfig(process.argv.slice(2), marketCommand())
const log = pino({ level: config.logLevel, base: null }, destination({ dest: 2, sync: true }))
for (const sentence of strayVariables(process.env, marketCommand())) log.warn(sentence)

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stopping.abort()
  })
}

try {
  const service = await startService(config, log, stopping.signal)
  if (service !== undefined) console.log(`The market listens on ${service.url}`)
  for (const { chainId, contracts } of service?.chains.markets ?? []) {
    console.log(`  chain ${chainId}, hub ${getAddress(contracts.hub)}`)
  }
  for (const { hub } of service?.chains.absent ?? []) {
    console.log(`  hub ${getAddress(hub)}, as soon as a node tells of its chain`)
  }
  await service?.ended
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
// Everything is closed. What was asked of a node that never answers must not hold the process.
process.exit()
