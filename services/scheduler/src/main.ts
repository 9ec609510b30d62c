#!/usr/bin/env node
// The scheduler of one workerpool, as a process.
import { runMain } from '@iexec/service'
import { readConfig, schedulerCommand } from './config.ts'
import { startScheduler } from './service.ts'

await runMain({ command: schedulerCommand(), read: readConfig, start: startScheduler })
