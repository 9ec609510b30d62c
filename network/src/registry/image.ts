// Images of an engine: had, built and pushed, with a word on how far that is.
import { NetworkFault } from '../folder/fault.ts'
import type { Engine } from './engine.ts'

/** What an engine says of something that takes long. */
type Event = {
  readonly stream?: string
  readonly error?: string
  readonly aux?: { readonly ID?: string; readonly Tag?: string; readonly Digest?: string }
  readonly id?: string
  readonly status?: string
  readonly progressDetail?: { readonly current?: number; readonly total?: number }
}

/** Hears how far it is, in a few words. */
export type Hear = (words: string) => void

/**
 * Downloads an image unless it is at hand.
 *
 * @throws NetworkFault when it cannot be had
 * @example
 * await requireImage(await openEngine(undefined), 'docker.io/library/registry:2')
 */
export async function requireImage(
  { docker, ask, ...engine }: Engine,
  image: string,
  signal?: AbortSignal,
): Promise<void> {
  const source = sourceOf(image, engine)
  try {
    await ask(docker, `look for ${image}`, docker.getImage(image).inspect())
    return
  } catch (cause) {
    if (engine.statusOf(cause) !== 404) throw cause
  }
  try {
    // `createImage` and not `pull`, which would wait for a login that nobody needs.
    const stream = await docker.createImage(undefined, { ...source, abortSignal: signal })
    for await (const { error } of engine.readJsonLines<Event>(stream)) if (error !== undefined) throw new Error(error)
  } catch (cause) {
    throw new NetworkFault(`The image ${image} cannot be had: ${oneLine(engine.wordsOf(cause))}`, { cause })
  }
}

/** As engines want it: a digest stands where a tag does. */
function sourceOf(
  image: string,
  { parseReference }: Pick<Engine, 'parseReference'>,
): { readonly fromImage: string; readonly tag: string } {
  const reference = parseReference(image)
  if (reference === undefined)
    throw new NetworkFault(`"${image}" is no name of an image, such as docker.io/library/registry:2.`)
  return { fromImage: reference.name, tag: reference.digest ?? reference.tag ?? 'latest' }
}

/** How an image is built: by a Dockerfile that stands in the folder, from some of its files. */
export type Build = {
  readonly folder: string
  /** Below the folder; the Dockerfile first. */
  readonly files: readonly [string, ...string[]]
  readonly tag: string
}

/** Beginnings of lines that an engine says while it builds. */
const STEP = /^Step (?<step>\d+\/\d+) : (?<what>.+)/u
/** Of a download, only these parts of it are told. */
const QUARTERS = 4

/**
 * Builds an image. What was built before is not built again.
 *
 * @throws NetworkFault when it cannot be built, with the engine's last words
 * @example
 * await buildImage(engine, { folder: 'examples', files: ['ray-tracer/Dockerfile', 'wasi/runModule.mjs'], tag: 'ray-tracer' }, console.log)
 */
export async function buildImage(engine: Engine, { folder, files, tag }: Build, hear: Hear): Promise<void> {
  const [dockerfile] = files
  const { docker, readJsonLines, newProgress, wordsOf } = engine
  const progress = newProgress()
  let told = 0
  try {
    // Nothing of ours needs a network while it is built; the engine itself downloads the base.
    const options = { t: tag, dockerfile, networkmode: 'none', rm: true, forcerm: true, version: '1' as const }
    const stream = await docker.buildImage({ context: folder, src: [...files] }, options)
    for await (const event of readJsonLines<Event>(stream)) {
      if (event.error !== undefined) throw new Error(event.error)
      const { step, what } = STEP.exec(event.stream ?? '')?.groups ?? {}
      if (step !== undefined) hear(`step ${step}: ${what}`)
      const { doneBytes, totalBytes = 0 } = progress.add(event)
      const quarters = totalBytes === 0 ? 0 : Math.floor((QUARTERS * doneBytes) / totalBytes)
      if (quarters > told) hear(`${megabytes(doneBytes)} of ${megabytes(totalBytes)} MB of its base downloaded`)
      told = Math.max(told, quarters)
    }
  } catch (cause) {
    throw new NetworkFault(`The image cannot be built: ${oneLine(wordsOf(cause))}`, { cause })
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}

/** An image that stands in a registry. */
export type PushedImage = { readonly reference: string; /** Of its manifest: `sha256:…`. */ readonly digest: string }

/**
 * Pushes an image to a registry under a name there.
 *
 * @param names what it is called in the engine, and where it goes
 * @throws NetworkFault when the registry does not take it
 * @example
 * await pushImage(engine, { image: 'ray-tracer:1.0.0', repository: '127.0.0.1:8550/ray-tracer', tag: '1.0.0' })
 */
export async function pushImage(
  { docker, ask, readJsonLines, wordsOf }: Engine,
  { image, repository, tag }: { readonly image: string; readonly repository: string; readonly tag: string },
): Promise<PushedImage> {
  const reference = `${repository}:${tag}`
  try {
    await ask(docker, `name ${image}`, docker.getImage(image).tag({ repo: repository, tag }) as Promise<unknown>)
    const stream = await docker.getImage(repository).push({ tag, authconfig: {} })
    let digest: string | undefined
    for await (const { error, aux } of readJsonLines<Event>(stream as AsyncIterable<Buffer>)) {
      if (error !== undefined) throw new Error(error)
      digest = aux?.Digest ?? digest
    }
    if (digest === undefined) throw new Error('the engine does not tell its digest')
    return { reference, digest }
  } catch (cause) {
    throw new NetworkFault(`The image cannot be pushed to ${reference}: ${oneLine(wordsOf(cause))}`, { cause })
  }
}

function oneLine(words: string): string {
  return words.replaceAll(/\s+/gu, ' ').trim()
}
