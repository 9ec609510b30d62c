// Has an image at hand and checked before anything of it runs.
import type Docker from 'dockerode'
import { MachineFault, TaskFault, type AppSource, type PrepareOptions } from '../job.ts'
import type { ImageFacts } from './container.ts'
import { refusedByEngine } from './faults.ts'
import { findImage } from './images.ts'
import { nameOf, pull, refused, type Wanted } from './pull.ts'
import { parseReference } from './reference.ts'
import { factsOf, findForeign, findRefusals, type EngineContext } from './refusals.ts'

/** What all images of one engine are prepared with. */
export type Preparation = EngineContext & {
  /** Ids of images that were found good: their content never changes. */
  readonly checked: Set<string>
}

/** An app that is an image. */
export type ImageApp = Extract<AppSource, { type: 'DOCKER' }>

/**
 * Downloads an image unless it is at hand, and checks that it is the registered one and may run here.
 *
 * @throws TaskFault when it cannot be had or is refused; MachineFault when the engine is the reason, or the image is for other
 * machines
 *
 * @example
 * const image = await prepareImage(app, { docker, settings, checked: new Set() }, options)
 */
export async function prepareImage(
  app: ImageApp,
  preparation: Preparation,
  options: PrepareOptions,
): Promise<ImageFacts> {
  const { docker, settings, checked } = preparation
  const wanted = readWanted(app)
  const pinned = nameOf(wanted)
  let image = await findImage(docker, pinned)
  if (image === undefined) {
    await pull(wanted, { docker, settings, options })
    image = await findImage(docker, pinned)
  }
  if (image === undefined) throw refusedByEngine(`find ${pinned}`, 'it was downloaded just now')
  assertDigest(wanted, image)
  if (!checked.has(image.Id)) {
    const foreign = await findForeign(wanted.reference, image, docker)
    if (foreign !== undefined) throw new MachineFault(foreign)
    const [refusal] = await findRefusals(wanted.reference, image, preparation)
    if (refusal !== undefined) throw refused(refusal)
    checked.add(image.Id)
  }
  return factsOf(image)
}

function readWanted({ image, digest }: ImageApp): Required<Wanted> {
  const reference = parseReference(image)
  if (reference === undefined) {
    throw new TaskFault('APP_IMAGE_DOWNLOAD_FAILED', `"${image.slice(0, 200)}" is no reference of an image.`)
  }
  const registered = `sha256:${digest.slice(2).toLowerCase()}`
  if (reference.digest !== undefined && reference.digest !== registered) {
    throw refused(`The reference names the digest ${reference.digest}, and ${registered} is registered.`)
  }
  return { reference, digest: registered }
}

/** The engine checks what it downloads; this says that it did, whatever engine it is. */
function assertDigest({ reference, digest }: Required<Wanted>, { RepoDigests }: Docker.ImageInspectInfo): void {
  const digests = (RepoDigests ?? []).map((name) => name.slice(name.indexOf('@') + 1))
  if (digests.includes(digest)) return
  const found = digests.length === 0 ? 'none' : digests.join(', ')
  throw refused(`The image ${reference.name} has the digest ${found}, and ${digest} is registered.`)
}
