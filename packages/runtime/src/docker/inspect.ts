// What an image is, told before it is registered: the same checks that every worker makes, and what they need to know.
import { TaskFault, type PrepareOptions } from '../job.ts'
import { refusedByEngine } from './faults.ts'
import { findImage } from './images.ts'
import { completeOptions, connect, type DockerEngineOptions } from './options.ts'
import { findProgram, type Program } from './program.ts'
import { nameOf, pull, type Wanted } from './pull.ts'
import { parseReference } from './reference.ts'
import { factsOf, findRefusals, withNeverStarted } from './refusals.ts'

/** An image, as sellers want to know it. */
export type ImageReport = {
  /** Of its configuration: how this engine names it. */
  readonly id: string
  /** Manifest digests by which registries have it, `NAME@sha256:…`; none for an image that was never pushed. */
  readonly digests: readonly string[]
  /** Such as `linux/amd64`. */
  readonly platform: string
  /** Unpacked. */
  readonly sizeBytes: number
  /** As the image says; workers run it as a user of their own. Empty for root. */
  readonly user: string
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  /** Folders that it declares as volumes: workers give it empty ones, in memory. */
  readonly volumes: readonly string[]
  /** What it starts; missing when it is not there. */
  readonly program?: Program
  /** Why workers refuse it, one sentence each; none for a good image. */
  readonly refusals: readonly string[]
}

/**
 * Tells what an image is. It is downloaded when it is not at hand; nothing of it runs.
 *
 * @param reference with a tag, `latest` without one, or with a digest
 * @throws TaskFault when it cannot be had; MachineFault when the engine is the reason; TypeError when an option makes no sense
 *
 * @example
 * const { refusals, program } = await inspectImage('owner/app:1.0', { label: 'check', signal, seconds: 600 })
 */
export async function inspectImage(
  reference: string,
  options: DockerEngineOptions & PrepareOptions,
): Promise<ImageReport> {
  const context = { docker: connect(options), settings: completeOptions(options) }
  const wanted = readWanted(reference)
  const name = nameOf(wanted)
  let image = await findImage(context.docker, name)
  if (image === undefined) {
    await pull(wanted, { ...context, options })
    image = await findImage(context.docker, name)
  }
  if (image === undefined) throw refusedByEngine(`find ${name}`, 'it was downloaded just now')
  const refusals = await findRefusals(wanted.reference, image, context)
  const { Entrypoint, Cmd, Env, User } = image.Config
  const entrypoint = typeof Entrypoint === 'string' ? [Entrypoint] : (Entrypoint ?? [])
  const start = { command: [...entrypoint, ...(Cmd ?? [])], env: Env ?? [] }
  // What the engine makes no container of, nobody can look into.
  const program =
    refusals.length > 0
      ? undefined
      : await withNeverStarted(factsOf(image), context, async (container) =>
          findProgram(context.docker, container, start),
        )
  return {
    id: image.Id,
    digests: image.RepoDigests ?? [],
    platform: `${image.Os}/${image.Architecture}`,
    sizeBytes: image.Size,
    user: User,
    entrypoint,
    command: Cmd ?? [],
    volumes: factsOf(image).volumes,
    ...(program === undefined ? {} : { program }),
    refusals,
  }
}

function readWanted(text: string): Wanted {
  const reference = parseReference(text)
  if (reference === undefined) {
    throw new TaskFault('APP_IMAGE_DOWNLOAD_FAILED', `"${text.slice(0, 200)}" is no reference of an image.`)
  }
  const { digest } = reference
  return { reference, ...(digest === undefined ? {} : { digest }) }
}
