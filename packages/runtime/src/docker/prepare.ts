// Has an image at hand and checked before anything of it runs.
import type Docker from 'dockerode'
import { TaskFault, type AppSource, type PrepareOptions } from '../job.ts'
import { confine, findForbiddenVolume, OUR_FOLDERS, type ImageFacts } from './container.ts'
import { ask, refusedByEngine, statusOf, wordsOf } from './faults.ts'
import type { Settings } from './options.ts'
import { pull, refused, tooLarge, type Wanted } from './pull.ts'
import { parseReference } from './reference.ts'

/** What all images of one engine are prepared with. */
export type Preparation = {
  readonly docker: Docker
  readonly settings: Settings
  /** Ids of images that were found good: their content never changes. */
  readonly checked: Set<string>
}

/** An app that is an image. */
export type ImageApp = Extract<AppSource, { type: 'DOCKER' }>

/**
 * Downloads an image unless it is at hand, and checks that it is the registered one and may run here.
 *
 * @throws TaskFault when it cannot be had or is refused; MachineFault when the engine is the reason
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
  const pinned = `${wanted.reference.name}@${wanted.digest}`
  let image = await findImage(docker, pinned)
  if (image === undefined) {
    await pull(wanted, { docker, settings, options })
    image = await findImage(docker, pinned)
  }
  if (image === undefined) throw refusedByEngine(`find ${pinned}`, 'it was downloaded just now')
  assertDigest(wanted, image)
  const facts = { id: image.Id, volumes: Object.keys(image.Config.Volumes ?? {}) }
  if (!checked.has(image.Id)) {
    await checkImage({ wanted, image, facts }, preparation)
    checked.add(image.Id)
  }
  return facts
}

function readWanted({ image, digest }: ImageApp): Wanted {
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

async function findImage(docker: Docker, name: string): Promise<Docker.ImageInspectInfo | undefined> {
  try {
    return await ask(docker, `look for ${name}`, docker.getImage(name).inspect())
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    if (statusOf(error) !== undefined) throw refusedByEngine(`look for ${name}`, error)
    throw error
  }
}

/** The engine checks what it downloads; this says that it did, whatever engine it is. */
function assertDigest({ reference, digest }: Wanted, { RepoDigests }: Docker.ImageInspectInfo): void {
  const digests = (RepoDigests ?? []).map((name) => name.slice(name.indexOf('@') + 1))
  if (digests.includes(digest)) return
  const found = digests.length === 0 ? 'none' : digests.join(', ')
  throw refused(`The image ${reference.name} has the digest ${found}, and ${digest} is registered.`)
}

type Checked = { readonly wanted: Wanted; readonly image: Docker.ImageInspectInfo; readonly facts: ImageFacts }

async function checkImage({ wanted, image, facts }: Checked, { docker, settings }: Preparation): Promise<void> {
  const { name } = wanted.reference
  const here = await ask(docker, 'say its version', docker.version())
  const [platform, built] = [`${here.Os}/${here.Arch}`, `${image.Os}/${image.Architecture}`]
  if (built !== platform) throw refused(`The image ${name} is built for ${built}, and this engine runs ${platform}.`)
  if (image.Size > settings.maxImageBytes) throw tooLarge(wanted.reference, image.Size, settings)
  const volume = findForbiddenVolume(facts.volumes)
  if (volume !== undefined)
    throw refused(`The image ${name} declares the volume ${volume}, which is not its own to declare.`)
  const folder = await findOurFolder(docker, facts, settings)
  if (folder !== undefined) {
    throw refused(`The image ${name} brings ${folder}, which is mounted over it: build it without this path.`)
  }
}

/**
 * Returns the first of our folders that stands in an image. Nothing of the image runs: the engine looks into a container that
 * is never started.
 *
 * @throws TaskFault when the engine cannot make a container of it
 *
 * @example
 * await findOurFolder(docker, image, settings) // '/iexec_in'
 */
export async function findOurFolder(
  docker: Docker,
  image: ImageFacts,
  settings: Settings,
): Promise<string | undefined> {
  const container = await createNeverStarted(docker, image, settings)
  try {
    for (const path of OUR_FOLDERS) {
      if (await hasPath(docker, container, path)) return path
    }
    return undefined
  } finally {
    await ask(docker, 'remove a container', container.remove({ force: true, v: true }))
  }
}

async function createNeverStarted(docker: Docker, image: ImageFacts, settings: Settings): Promise<Docker.Container> {
  // An image may have no command of its own.
  const confined = { ...confine(image, settings, 2 ** 20), Cmd: ['/'] }
  try {
    return await ask(docker, 'create a container', docker.createContainer(confined))
  } catch (error) {
    // What it does not like is the image's own: nothing else differs between two of these containers.
    if (statusOf(error) === 400) throw refused(`The engine makes no container of the image: ${wordsOf(error)}`)
    if (statusOf(error) !== undefined) throw refusedByEngine('create a container', error)
    throw error
  }
}

async function hasPath(docker: Docker, container: Docker.Container, path: string): Promise<boolean> {
  try {
    await ask(docker, `look for ${path} in a container`, container.infoArchive({ path }))
    return true
  } catch (error) {
    if (statusOf(error) === 404) return false
    if (statusOf(error) !== undefined) throw refusedByEngine(`look for ${path} in an image`, error)
    throw error
  }
}
