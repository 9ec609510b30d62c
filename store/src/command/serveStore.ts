// `iexec store serve`: shows a store on this machine, as a good web server would serve it.
import process from 'node:process'
import { Option } from 'commander'
import { UsageError } from '../fault.ts'
import { serveSite } from '../serve/serve.ts'
import { readSiteConfig } from '../site/config.ts'
import { asPort, asText, describedCommand } from './line.ts'

/** Shows a store until it is ended. */
export async function serve(args: readonly string[]): Promise<number> {
  const command = describedCommand({
    name: 'iexec store serve',
    description:
      'Serves a store that was built, on this machine: with a strict policy, packed, and never cached too long.',
    examples: [['iexec store serve shop', 'the store in the folder shop']],
  })
    .argument('[folder]', 'the store', '.')
    .addOption(new Option('--host <address>', 'where to listen').argParser(asText).default('127.0.0.1'))
    .addOption(new Option('--port <number>', 'where to listen; 0 for any free one').argParser(asPort).default(3005))
  command.parse([...args], { from: 'user' })
  const { host, port } = command.opts<{ readonly host: string; readonly port: number }>()
  const [folder = '.'] = command.args
  const { name } = readSite(folder)
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopping.abort()
    })
  }
  const { url, ended } = await serveSite({ folders: [folder], host, port, signal: stopping.signal })
  console.log(`${name} listens on ${url}`)
  await ended
  return 0
}

function readSite(folder: string): ReturnType<typeof readSiteConfig> {
  try {
    return readSiteConfig(folder)
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
