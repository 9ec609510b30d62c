#!/usr/bin/env node
// The keeper: reads the settings, starts, and stops on SIGINT or SIGTERM.
import { runMain } from '@iexec/service'
import { keeperCommand, readConfig } from './config.ts'
import { startKeeper } from './keeper.ts'

await runMain({ command: keeperCommand(), read: readConfig, start: startKeeper })
