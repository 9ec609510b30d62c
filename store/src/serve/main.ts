#!/usr/bin/env node
// The server of a site: what `iexec network` runs for its web pages. Reads the settings, starts, and stops on SIGINT or SIGTERM.
import type { LogLevel } from '@iexec/service'
import { runMain } from '@iexec/service/main'
import { Command, Option } from 'commander'
import { asPort, asText } from '../command/line.ts'
import { findShell } from '../shell/shell.ts'
import { serveSite } from './serve.ts'

type Settings = { readonly site: string; readonly host: string; readonly port: number; readonly logLevel: LogLevel }

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent']

const command = new Command('iexec-site')
  .description('Serves the pages of a market: the shell, with the config.json and the listings of a folder.')
  .showHelpAfterError('(--help lists all settings)')
  .addOption(
    new Option('--site <folder>', 'where config.json and listings lie')
      .env('SITE_SITE')
      .argParser(asText)
      .makeOptionMandatory(),
  )
  .addOption(new Option('--host <address>', 'where to listen').env('SITE_HOST').argParser(asText).default('127.0.0.1'))
  .addOption(
    new Option('--port <number>', 'where to listen; 0 for any free one')
      .env('SITE_PORT')
      .argParser(asPort)
      .default(3005),
  )
  .addOption(
    new Option('--log-level <level>', 'how much to log, as JSON lines on stderr')
      .env('SITE_LOG_LEVEL')
      .choices(LEVELS)
      .default('info'),
  )

await runMain<Settings>({
  command,
  read: (args) => command.parse([...args], { from: 'user' }).opts<Settings>(),
  start: async ({ site, host, port }, _log, signal) => {
    const { url, ended } = await serveSite({ folders: [site, await findShell()], host, port, signal })
    return { says: [`The site listens on ${url}`], ended }
  },
})
