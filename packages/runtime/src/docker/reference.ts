// References of images, as sellers register them: read strictly, because they become part of paths of the engine's API.

/** A reference, taken apart. */
export type Reference = {
  /** Host of the registry, by which logins are found; `docker.io` when none is named. */
  readonly registry: string
  /** Everything before tag and digest, as it was written. */
  readonly name: string
  readonly tag?: string
  /** `sha256:` and 64 hex digits. */
  readonly digest?: string
}

const PART = String.raw`[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`
const HOST = String.raw`(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9])(?::\d{1,5})?`
const GRAMMAR = new RegExp(
  String.raw`^(?<name>(?:(?<host>${HOST})/)?${PART}(?:/${PART})*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$`,
  'u',
)

/**
 * Reads `[HOST[:PORT]/]NAME[:TAG][@sha256:DIGEST]`; `undefined` when it is anything else.
 *
 * @see https://github.com/distribution/reference
 *
 * @example
 * parseReference('registry.example:5000/owner/app:1.0')
 * // { registry: 'registry.example:5000', name: 'registry.example:5000/owner/app', tag: '1.0' }
 */
export function parseReference(text: string): Reference | undefined {
  if (text.length > 512) return undefined
  const { name, host, tag, digest } = GRAMMAR.exec(text)?.groups ?? {}
  if (name === undefined) return undefined
  // The first part is a host only when it cannot be the name of somebody on Docker Hub.
  const isHost = host !== undefined && (/[.:]/u.test(host) || host === 'localhost')
  if (!isHost && /[A-Z]/u.test(name)) return undefined
  return {
    registry: isHost ? (host === 'index.docker.io' ? 'docker.io' : host) : 'docker.io',
    name,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  }
}
