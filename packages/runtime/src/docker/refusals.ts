// Why an image may not run here, found without running anything of it.
import type Docker from 'dockerode'
import { TaskFault } from '../job.ts'
import { confine, findForbiddenVolume, OUR_FOLDERS, type ImageFacts } from './container.ts'
import { createContainer } from './create.ts'
import { ask, refusedByEngine, statusOf, wordsOf } from './faults.ts'
import type { Settings } from './options.ts'
import { refused, tooLarge } from './pull.ts'
import type { Reference } from './reference.ts'

/** The engine, and what its owner decides. */
export type EngineContext = { readonly docker: Docker; readonly settings: Settings }

/**
 * What the settings of containers need to know of an image.
 *
 * @example
 * factsOf(await docker.getImage('busybox').inspect()) // { id: 'sha256:…', volumes: [] }
 */
export function factsOf({ Id, Config }: Docker.ImageInspectInfo): ImageFacts {
  return { id: Id, volumes: Object.keys(Config.Volumes ?? {}) }
}

/**
 * Finds all reasons for which an image is refused, one sentence each.
 *
 * @throws MachineFault when the engine does not say
 *
 * @example
 * await findRefusals(reference, image, { docker, settings }) // ['The image owner/app brings /iexec_in, which …']
 */
export async function findRefusals(
  reference: Reference,
  image: Docker.ImageInspectInfo,
  { docker, settings }: EngineContext,
): Promise<readonly string[]> {
  const { name } = reference
  const foreign = await findForeign(reference, image, docker)
  const facts = factsOf(image)
  const volume = findForbiddenVolume(facts.volumes)
  const seen = [
    ...(foreign === undefined ? [] : [foreign]),
    ...(image.Size <= settings.maxImageBytes ? [] : [tooLarge(reference, image.Size, settings).message]),
    ...(volume === undefined
      ? []
      : [`The image ${name} declares the volume ${volume}, which is not its own to declare.`]),
  ]
  // The engine would refuse to look into it, and with other words.
  if (seen.length > 0) return seen
  try {
    const folders = await withNeverStarted(facts, { docker, settings }, async (container) =>
      findOurs(docker, container),
    )
    return folders.map(
      (folder) => `The image ${name} brings ${folder}, which is mounted over it: build it without this path.`,
    )
  } catch (error) {
    if (error instanceof TaskFault) return [error.message]
    throw error
  }
}

/**
 * Says that an image is built for other machines, if it is. Workers on such machines run it: nobody may vote for that.
 *
 * @throws MachineFault when the engine does not say
 *
 * @example
 * await findForeign(reference, image, docker) // 'The image owner/app is built for linux/arm64, and …'
 */
export async function findForeign(
  { name }: Reference,
  image: Docker.ImageInspectInfo,
  docker: Docker,
): Promise<string | undefined> {
  const here = await ask(docker, 'say its version', docker.version())
  const [platform, built] = [`${here.Os}/${here.Arch}`, `${image.Os}/${image.Architecture}`]
  if (built === platform) return undefined
  return `The image ${name} is built for ${built}, and this engine runs ${platform}.`
}

async function findOurs(docker: Docker, container: Docker.Container): Promise<readonly string[]> {
  const found = await Promise.all(OUR_FOLDERS.map(async (path) => statInside(docker, container, path)))
  return OUR_FOLDERS.filter((_, place) => found[place] !== undefined)
}

/**
 * Lets somebody look into a container that is never started.
 *
 * @throws TaskFault when the engine cannot make a container of the image
 *
 * @example
 * await withNeverStarted(factsOf(image), { docker, settings }, async (container) => statInside(docker, container, '/bin/sh'))
 */
export async function withNeverStarted<T>(
  image: ImageFacts,
  { docker, settings }: EngineContext,
  look: (container: Docker.Container) => Promise<T>,
): Promise<T> {
  const container = await createNeverStarted(image, { docker, settings })
  try {
    return await look(container)
  } finally {
    await ask(docker, 'remove a container', container.remove({ force: true, v: true }))
  }
}

async function createNeverStarted(image: ImageFacts, { docker, settings }: EngineContext): Promise<Docker.Container> {
  // An image may have no command of its own.
  const confined = { ...confine(image, settings, 2 ** 20), Cmd: ['/'] }
  try {
    return await createContainer(docker, confined)
  } catch (error) {
    // What it does not like is the image's own: nothing else differs between two of these containers.
    const isImage = statusOf(error) === 400 || /cannot mkdir|not a directory/iu.test(wordsOf(error))
    if (isImage) throw refused(`The engine makes no container of the image: ${wordsOf(error)}`)
    if (statusOf(error) !== undefined) throw refusedByEngine('create a container', error)
    throw error
  }
}

/** What stands at a path in a container. */
export type Inside = { /** Where a link leads to in the end. */ readonly linkTarget: string }

/**
 * Says what stands at a path in a container, `undefined` for nothing.
 *
 * @throws MachineFault when the engine does not say
 *
 * @example
 * await statInside(docker, container, '/iexec_in') // undefined
 */
export async function statInside(
  docker: Docker,
  container: Docker.Container,
  path: string,
): Promise<Inside | undefined> {
  try {
    const answer: unknown = await ask(docker, `look for ${path} in a container`, container.infoArchive({ path }))
    const { headers } = answer as { readonly headers: Readonly<Record<string, string | undefined>> }
    const stat = Buffer.from(headers['x-docker-container-path-stat'] ?? '', 'base64').toString() || '{}'
    const { linkTarget = '' } = JSON.parse(stat) as { readonly linkTarget?: string }
    return { linkTarget }
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    if (statusOf(error) !== undefined) throw refusedByEngine(`look for ${path} in an image`, error)
    throw error
  }
}
