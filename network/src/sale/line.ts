// The line of `pnpm start`: what can be asked for, and how the same is said to `iexec network`.
import { Option } from 'commander'
import {
  dockerHostOption,
  networkCommand,
  noDockerOption,
  parseLine,
  registryImageOption,
  whole,
  wordsOf,
  type Place,
} from '../command/options.ts'
import { PORT_BASES } from '../folder/ports.ts'

/** What `pnpm start` is asked. */
export type Options = Place & {
  readonly once?: boolean
  readonly fresh?: boolean
  readonly portBase?: number
  readonly docker: boolean
  readonly dockerHost?: string
  readonly registryImage?: string
  readonly json?: boolean
}

/**
 * Reads the words behind `pnpm start`.
 *
 * @example
 * readLine(['--once']).once // true
 */
export function readLine(args: readonly string[]): Options {
  return parseLine<Options>(command(), args)
}

function command(): ReturnType<typeof networkCommand> {
  return networkCommand({
    name: 'first',
    description:
      'Starts the whole market on this machine, sells an app on it, buys a run that all workers have to agree on, and leaves the market running. With a container engine, the image of the same app is sold, too.',
    examples: [
      ['npx -y pnpm@12.21.0 start', 'the market stays; start it again for another sale'],
      ['npx -y pnpm@12.21.0 start --once', 'ends it after the sale, unless it ran before; everything is kept'],
    ],
  })
    .name('pnpm start')
    .addOption(new Option('--once', 'end the market after the sale, unless it ran before'))
    .addOption(new Option('--fresh', 'forget what was on the market before'))
    .addOption(
      new Option('--port-base <number>', 'port of the chain; services follow').argParser(
        whole(PORT_BASES.least, PORT_BASES.most),
      ),
    )
    .addOption(dockerHostOption())
    .addOption(noDockerOption())
    .addOption(registryImageOption())
    .addOption(new Option('--json', 'print JSON lines, for programs'))
}

/** The same wishes in the words of `iexec network start`. */
export function wordsForStart({ portBase, json, docker, dockerHost }: Options): readonly string[] {
  return [
    ...(portBase === undefined ? [] : ['--port-base', String(portBase)]),
    ...(dockerHost === undefined ? [] : ['--docker-host', dockerHost]),
    ...(docker ? [] : ['--no-docker']),
    ...(json === true ? ['--json'] : []),
  ]
}

/** How the market is ended that goes on, as a sentence. */
export function howToStop(options: Options): string {
  return `npx -y pnpm@12.21.0 iexec network stop${wordsOf(options)} ends it.`
}
