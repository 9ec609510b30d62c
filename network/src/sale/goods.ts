// What the first sale sells: the ray tracer of the examples, as a module and, where an engine is, as an image of the same module.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { isSameAddress, parseRlc } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import { NetworkFault } from '../folder/fault.ts'
import { readHabits } from '../folder/networkFolder.ts'
import { writeNetworkFile, type NetworkFile } from '../folder/networkFile.ts'
import { portsOf } from '../folder/ports.ts'
import { openEngine } from '../registry/engine.ts'
import { buildImage, pushImage } from '../registry/image.ts'
import { REGISTRY, startRegistry } from '../registry/registry.ts'
import type { Say } from '../run/keepAlive.ts'
import { timed } from '../run/timed.ts'
import type { Goods } from './market.ts'

const EXAMPLES = join(import.meta.dirname, '../../../examples')
const NAME = 'ray-tracer'
/** What the image is made of, in the folder of all examples; its Dockerfile first. */
const IMAGE_FILES = ['ray-tracer/Dockerfile', 'ray-tracer/app.wasm', 'wasi/runModule.mjs'] as const
const VERSION = '1.0.0'
/** The image in the engine, before it is in a registry. */
const IMAGE = `iexec-example-${NAME}:${VERSION}`
/** Small enough that three workers on one machine are done in a moment. */
const ARGS = '--size 320x320 --samples 4'

/** The app as a module, with the model that it renders. */
export async function buildModule(): Promise<Goods> {
  const run = promisify(execFile)
  const [model] = await Promise.all([
    run(process.execPath, [join(EXAMPLES, 'ray-tracer/bunny.ts')], { maxBuffer: 2 ** 26 }),
    run(process.execPath, [join(EXAMPLES, 'wasi/build.ts'), NAME]),
  ])
  return {
    name: NAME,
    product: { type: 'WASM', module: await readFile(join(EXAMPLES, 'ray-tracer/app.wasm')) },
    inputs: [{ name: 'bunny.obj', content: Buffer.from(model.stdout) }],
    args: ARGS,
    price: parseRlc('0.02 RLC'),
  }
}

/**
 * Builds the image of the module, which has to be there.
 *
 * @throws NetworkFault when that cannot be done here
 */
export async function buildImageOfModule(dockerHost: string | undefined, say: Say): Promise<void> {
  const engine = await openEngine(dockerHost)
  const build = { folder: EXAMPLES, files: IMAGE_FILES, tag: IMAGE }
  const hear = (words: string): void => {
    say('image', `${'image'.padEnd(10)}         ${words}`, { image: IMAGE })
  }
  await timed(say, { name: 'image', work: async () => buildImage(engine, build, hear), place: () => `built: ${IMAGE}` })
}

/** Where the image is offered, and how. */
export type Offering = {
  readonly folder: string
  readonly network: NetworkFile
  readonly dockerHost: string | undefined
  readonly registryImage: string | undefined
  readonly say: Say
}

/**
 * Pushes the image that was built to the registry of the network, which is started when it does not run.
 *
 * @returns the app as that image
 * @throws NetworkFault when workers could not have it
 */
export async function offerImage(module: Goods, { folder, network, say, ...wish }: Offering): Promise<Goods> {
  await requireEngines(network)
  const { dockerHost, registryImage: image } = wish
  const portBase = readHabits(folder)?.portBase ?? Number(new URL(network.rpcUrl).port)
  const { registry: port } = portsOf({ portBase, workers: 0 })
  const start = { name: REGISTRY, work: async () => startRegistry({ folder, port, image, dockerHost }) }
  const registry = await timed(say, { ...start, place: (place) => place })
  if (network.imageRegistry !== registry) writeNetworkFile(folder, { ...network, imageRegistry: registry })
  const engine = await openEngine(dockerHost)
  const names = { image: IMAGE, repository: `${registry}/${NAME}`, tag: VERSION }
  const push = { name: 'image', work: async () => pushImage(engine, names) }
  const { reference, digest } = await timed(say, { ...push, place: (pushed) => `pushed: ${pushed.reference}` })
  return { ...module, product: { type: 'DOCKER', reference, digest: digest.replace('sha256:', '0x') as Hex } }
}

/**
 * A purchase of an image that nobody here can run would wait for its deadline. Workers of others do not matter: the network's own
 * reach the trust that is asked without them.
 *
 * @throws NetworkFault
 */
async function requireEngines({ schedulerUrl, accounts }: NetworkFile): Promise<void> {
  const answer = await fetch(`${schedulerUrl}/workers`)
  const { workers } = (await answer.json()) as { readonly workers: readonly ListedWorker[] }
  if (haveEngine(workers, accounts)) return
  throw new NetworkFault(
    'The workers of this network were started without a container engine. iexec network stop ends it, and the next start gives them one.',
  )
}

type ListedWorker = { readonly worker: Address; readonly engines: readonly string[] }

/**
 * Whether all workers of a network itself run images.
 *
 * @param listed all of its pool, also those of others
 */
export function haveEngine(
  listed: readonly ListedWorker[],
  accounts: readonly { readonly role: string; readonly address: Address }[],
): boolean {
  const own = accounts.filter(({ role }) => role.startsWith('worker-'))
  return listed
    .filter(({ worker }) => own.some(({ address }) => isSameAddress(address, worker)))
    .every(({ engines }) => engines.includes('DOCKER'))
}
