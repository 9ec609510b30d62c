// A vault for tests: it keeps secrets in memory, and takes them only by the wire of section "SMS" of the specification, with signatures
// that it checks. It is no vault: nothing is encrypted, and nobody attests anything.
import { concat, keccak256, recoverMessageAddress, stringToBytes, type Address, type Hex } from 'viem'
import { bodyOf, serve } from './storage.ts'

/** A vault that runs. */
export type TestVault = {
  readonly url: string
  /** Values by their path and query. */
  readonly secrets: ReadonlyMap<string, string>
  readonly stop: () => Promise<void>
}

/**
 * Starts a vault on a free port.
 *
 * @param ownerOf who owns a dataset or an app, as the chain says
 */
export async function startVault(ownerOf: (asset: Address) => Promise<Address | undefined>): Promise<TestVault> {
  const secrets = new Map<string, string>()
  const server = await serve(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://vault')
    const place = placeOf(url)
    const key = `${url.pathname}${url.search}`
    const answer = (status: number): void => {
      response.writeHead(status).end()
    }
    if (place === undefined) return answer(404)
    if (request.method === 'HEAD') return answer(secrets.has(key) ? 204 : 404)
    const value = (await bodyOf(request)).toString()
    if (value.length > 4096) return answer(413)
    const hashes = [...place.hashed, value].map((text) => keccak256(stringToBytes(text)))
    const raw = keccak256(concat([keccak256(stringToBytes('IEXEC_SMS_DOMAIN')), place.subject, ...hashes]))
    const signer = await recoverMessageAddress({ message: { raw }, signature: request.headers.authorization as Hex })
    const owner = place.isAsset ? await ownerOf(place.subject) : place.subject
    if (signer.toLowerCase() !== owner?.toLowerCase()) return answer(401)
    if (request.method === 'POST' && secrets.has(key)) return answer(409)
    if (request.method === 'PUT' && !(place.isReplaceable && secrets.has(key)))
      return answer(place.isReplaceable ? 404 : 405)
    secrets.set(key, value)
    return answer(204)
  })
  return { ...server, secrets }
}

type Place = {
  readonly subject: Address
  /** What stands between the subject and the value in the signed message. */
  readonly hashed: readonly string[]
  readonly isAsset: boolean
  readonly isReplaceable: boolean
}

function placeOf({ pathname, searchParams }: URL): Place | undefined {
  const of = (name: string): string => searchParams.get(name) ?? ''
  if (pathname === '/secrets/web3') return ruled(of('secretAddress'), [], 'asset')
  if (pathname === '/secrets/web2') return ruled(of('ownerAddress'), [of('secretName')], 'replaceable')
  const [, requester, name] = /^\/requesters\/(0x\w{40})\/secrets\/([\w-]{1,64})$/u.exec(pathname) ?? []
  if (requester !== undefined && name !== undefined) return ruled(requester, [name], 'written once')
  const [, app] = /^\/apps\/(0x\w{40})\/secrets$/u.exec(pathname) ?? []
  return app === undefined ? undefined : ruled(app, ['1'], 'asset')
}

function ruled(subject: string, hashed: readonly string[], rule: 'asset' | 'replaceable' | 'written once'): Place {
  return { subject: subject as Address, hashed, isAsset: rule === 'asset', isReplaceable: rule === 'replaceable' }
}
