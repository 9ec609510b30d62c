// What is on offer in the first sale: the module always, and the image of it where that can be built and fetched.
import { findShell } from '@iexec/store'
import { NetworkFault } from '../folder/fault.ts'
import { whyNoEngine } from '../registry/engine.ts'
import type { Say } from '../run/keepAlive.ts'
import { buildImageOfModule, buildModule, offerImage, type Offering } from './goods.ts'
import type { Options } from './line.ts'
import type { Goods } from './market.ts'

/** What is sold: the module, and the image as soon as it is built; undefined where that cannot be. */
export type Shelf = { readonly module: Promise<Goods>; readonly image: Promise<boolean> }

/** Begins to build all that is sold. */
export function buildAll(options: Options, say: Say): Shelf {
  const module = buildModule()
  const image = isImageBuilt(module, options, say)
  // The site needs its pages: whoever serves them tells what is wrong with them.
  for (const work of [module, image, findShell()]) work.catch(() => undefined)
  return { module, image }
}

/** Where no engine is, that is told in a line. */
async function isImageBuilt(module: Promise<Goods>, { docker, dockerHost }: Options, say: Say): Promise<boolean> {
  try {
    const why = docker ? await whyNoEngine(dockerHost) : 'Docker is switched off.'
    if (why !== undefined) throw new NetworkFault(why)
    await module
    await buildImageOfModule(dockerHost, say)
    return true
  } catch (error) {
    sayNoImage(error, say)
    return false
  }
}

/** A network without images is a network: only what nobody foresaw ends the sale. */
function sayNoImage(error: unknown, say: Say): void {
  if (!(error instanceof NetworkFault)) throw error
  const why = error.message.replace(/[.!?]?$/u, '.')
  say('no-image', `The app is sold as WebAssembly alone, not as an image. ${why}`, { why })
}

/** The image of a module in the registry of the network; undefined, and told in a line, where workers could not have it. */
export async function offerOrSayWhyNot(module: Goods, offering: Offering): Promise<Goods | undefined> {
  try {
    return await offerImage(module, offering)
  } catch (error) {
    sayNoImage(error, offering.say)
    return undefined
  }
}
