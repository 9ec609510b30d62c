// What exactly an app runs: the digest of its image, or of its module, when iexec.json does not say it.
import type { Hex } from 'viem'
import { CliError } from '../../cliError.ts'
import type { Call } from '../../command.ts'
import { parseReference, writeReference } from '../../registry/reference.ts'
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
  if (app.checksum !== undefined) {
    const rows = [
      ['image', multiaddr],
      ['digest', `${digestText(app.checksum)}, as iexec.json says`],
    ] as const
    return { multiaddr, checksum: app.checksum, rows }
  }
  call.terminal.say(`Asking ${image.registry} for ${writeReference(image)} …`)
  const resolved = await resolveImage(image, { signal: call.signal })
  const rows = [
    ['image', multiaddr],
    ['digest', digestText(resolved.digest)],
    ['', formText(resolved)],
  ] as const
  return { multiaddr, checksum: resolved.digest, rows }
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
