// What exactly an app runs: the digest of its image, or of its module, when iexec.json does not say it.
import type { Hex } from 'viem'
import { CliError } from '../../cliError.ts'
import type { Call } from '../../command.ts'
import { lookForDigest } from '../../registry/lookForDigest.ts'
import { parseReference, writeReference, type ImageReference } from '../../registry/reference.ts'
import { digestText, resolveImage, type ResolvedImage } from '../../registry/resolveImage.ts'
import { chainOf } from '../../session.ts'
import { findModule } from './findModule.ts'
import type { DescribedApp } from './readApp.ts'

/** What is registered as the contents of an app. */
export type Contents = {
  readonly multiaddr: string
  readonly checksum: Hex
  /** A module of this machine: it has to be stored before others can read it, and `multiaddr` is said then. */
  readonly file?: Uint8Array<ArrayBuffer>
  /** Names and values for people. */
  readonly rows: readonly (readonly [string, string])[]
}

/**
 * Finds out what an app runs.
 *
 * @throws CliError `BadFile`, `NotFound`, `Unusable`, `Unreachable`, `Interrupted`
 */
export async function findContents(call: Call, app: DescribedApp): Promise<Contents> {
  if (app.type === 'WASM') return findModule(app, { signal: call.signal, chain: await chainOf(call) })
  refuseModule(app.multiaddr)
  const image = parseReference(app.multiaddr)
  // Without a tag, old workers pull every tag that there is.
  const multiaddr =
    image.tag === 'latest' && !app.multiaddr.endsWith(':latest') ? `${app.multiaddr}:latest` : app.multiaddr
  if (app.checksum !== undefined) return findGiven(call, { image, multiaddr, checksum: app.checksum })
  call.terminal.say(`Asking ${image.registry} for ${writeReference(image)} …`)
  const resolved = await resolveImage(image, { signal: call.signal })
  const rows = [
    ['image', multiaddr],
    ['digest', digestText(resolved.digest)],
    ['', formText(resolved)],
  ] as const
  return { multiaddr, checksum: resolved.digest, rows }
}

type GivenImage = Pick<Contents, 'multiaddr' | 'checksum'> & { readonly image: ImageReference }

/** So long a registry may take to say whether it has what iexec.json names: it is registered without its answer, too. */
const LOOK_MS = 10_000

/** The checksum that iexec.json names, as far as the registry does not contradict it. @throws CliError `NotFound`, `Unusable`, `Interrupted` */
async function findGiven({ terminal, signal }: Call, { image, multiaddr, checksum }: GivenImage): Promise<Contents> {
  const found = await lookForDigest(image, checksum, { signal, timeoutMs: LOOK_MS })
  if (found.says === 'missing') throw missing(image, checksum, found.tagged)
  if (found.says === 'unknown') {
    terminal.warn(`Nobody looked whether ${image.registry} has what app.checksum names: ${found.why}`)
  } else if (found.tagged !== undefined && found.tagged !== checksum) {
    terminal.warn(
      `app.checksum is ${digestText(checksum)}, and ${writeReference(image)} is ${digestText(found.tagged)} now: workers run the first. For the other one, remove app.checksum from iexec.json.`,
    )
  }
  const rows = [
    ['image', multiaddr],
    ['digest', `${digestText(checksum)}, as iexec.json says`],
  ] as const
  return { multiaddr, checksum, rows }
}

function missing(image: ImageReference, checksum: Hex, tagged: Hex | undefined): CliError {
  const { registry, repository } = image
  const name = writeReference(image)
  const other = tagged === undefined ? `there is no ${name} either` : `${name} is ${digestText(tagged)}`
  return new CliError(
    'NotFound',
    `app.checksum is ${digestText(checksum)}, and ${registry} has no such image of ${repository}: ${other}.`,
    {
      hints: [
        tagged === undefined
          ? `Look for a typing error in app.multiaddr, or push it: docker push ${name}`
          : 'Remove app.checksum from iexec.json: then the registry is asked for the digest. No worker could run the other one.',
      ],
    },
  )
}

/** No image has a name like this, so no registry is asked. @throws CliError `BadFile` */
function refuseModule(multiaddr: string): void {
  if (!/^\/ipfs\/|\.wasm(?:[?#]|$)/iu.test(multiaddr)) return
  throw new CliError('BadFile', `app.multiaddr is "${multiaddr}", a WASM module, and app.type is DOCKER.`, {
    hints: ['Write "type": "WASM" into the section app of iexec.json.'],
  })
}

function formText({ form, platforms }: ResolvedImage): string {
  const known = platforms.length === 0 ? 'of a platform that it does not tell' : `for ${platforms.join(', ')}`
  return form === 'index' ? `an index of images ${known}` : `the manifest of one image ${known}`
}
