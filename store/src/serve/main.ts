#!/usr/bin/env node
// The server of a site: what `iexec network` runs for its web pages. Reads the settings, starts, and stops on SIGINT or SIGTERM.
import { asText, LOG_LEVELS, runMain, setting, whole, type LogLevel } from '@iexec/service'
import { Command } from 'commander'
import { findShell } from '../shell/shell.ts'
import { serveSite } from './serve.ts'

type Settings = { readonly site: string; readonly host: string; readonly port: number; readonly logLevel: LogLevel }

const command = new Command('iexec-site')
  .description('Serves the pages of a market: the shell, with the config.json and the listings of a folder.')
  .showHelpAfterError('(--help lists all settings)')
for (const option of [
  setting('SITE', '--site <folder>', 'where config.json and listings lie').argParser(asText).makeOptionMandatory(),
  setting('SITE', '--host <address>', 'where to listen').argParser(asText).default('127.0.0.1'),
  setting('SITE', '--port <number>', 'where to listen; 0 for any free one').argParser(whole(0, 65_535)).default(3005),
  setting('SITE', '--log-level <level>', 'how much to log, as JSON lines on stderr')
    .choices(LOG_LEVELS)
    .default('info'),
])
  command.addOption(option)

await runMain<Settings>({
  command,
  read: (args) => command.parse([...args], { from: 'user' }).opts<Settings>(),
  start: async ({ site, host, port }, _log, signal) => {
    const shell = await findShell()
    return serveSite({ folders: [site, shell], host, port, signal })
  },
})
