#!/usr/bin/env node
// The storage: reads the settings, starts, and stops on SIGINT or SIGTERM.
import process from 'node:process'
import { runMain } from '@iexec/service'
import { readConfig, storageCommand, type Config } from './config.ts'
import { startStorage } from './service.ts'

await runMain<Config>({
  command: storageCommand(),
  read: readConfig,
  start: async (config, log, signal) =>
    startStorage(config, {
      log,
      signal,
      // Never on a command line, and so nowhere but in the environment.
      secrets: {
        accessKeyId: process.env['AWS_ACCESS_KEY_ID'],
        secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'],
        nodeToken: process.env['IPFS_NODE_TOKEN'],
      },
    }),
})
