// Blocks at another IPFS node, through its HTTP API: kubo, or a storage like this one.
import type { Blocks } from './blocks.ts'
import { rawCid } from './hash.ts'

/** Where the API of a node is. */
export type Node = {
  /** As `http://127.0.0.1:5001`. */
  readonly url: string
  /** Sent as `Authorization: Bearer …`. */
  readonly token: string | undefined
}

const PATIENCE_MS = 30_000

/**
 * Keeps blocks at a node. Each is pinned for itself, so that the node's own collection of garbage leaves it alone; its file is
 * then served by the node's gateway, too.
 *
 * @example
 * openNode({ url: 'http://127.0.0.1:5001', token: undefined })
 */
export function openNode({ url, token }: Node): Blocks {
  const place = `IPFS node ${new URL(url).origin}`
  const ask = async (path: string, body?: FormData, signal?: AbortSignal): Promise<Response> =>
    fetch(`${url.replace(/\/+$/u, '')}/api/v0/${path}`, {
      method: 'POST',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.any([AbortSignal.timeout(PATIENCE_MS), ...(signal === undefined ? [] : [signal])]),
      ...(body === undefined ? {} : { body }),
    })
  return {
    place,
    get: async (hash, signal) => {
      // `offline`: a node that searches the network for what it lacks would not answer for a long time.
      const answer = await ask(`block/get?arg=${rawCid(hash).toString()}&offline=true`, undefined, signal)
      if (answer.ok) return new Uint8Array(await answer.arrayBuffer())
      const why = await answer.text()
      if (isMissing(why)) return undefined
      throw refusal(place, answer, why)
    },
    put: async (hash, bytes) => {
      const form = new FormData()
      form.append('data', new Blob([new Uint8Array(bytes)]), 'block')
      const answer = await ask('block/put?cid-codec=raw&mhtype=sha2-256&pin=true', form)
      const text = await answer.text()
      if (!answer.ok) throw refusal(place, answer, text)
      const { Key: key } = JSON.parse(text) as { readonly Key: string }
      if (key !== rawCid(hash).toString())
        throw new Error(`The ${place} kept ${key} instead of ${rawCid(hash).toString()}.`)
    },
    settle: async () => Promise.resolve(),
    remove: async (hash) => {
      for (const path of [
        `pin/rm?arg=${rawCid(hash).toString()}`,
        `block/rm?arg=${rawCid(hash).toString()}&force=true`,
      ]) {
        const answer = await ask(path)
        const text = await answer.text()
        if (!answer.ok && !isMissing(text)) throw refusal(place, answer, text)
      }
    },
    open: async () => {
      let answer: Response
      try {
        answer = await ask('version')
      } catch (cause) {
        throw new Error(`The ${place} does not answer.`, { cause })
      }
      const text = await answer.text()
      if (!answer.ok) throw refusal(place, answer, text)
    },
  }
}

/** As kubo says it, and we. */
function isMissing(text: string): boolean {
  return /not found|not pinned|could not find/iu.test(text)
}

function refusal(place: string, answer: Response, text: string): Error {
  return new Error(`The ${place} answered ${answer.status}: ${text.slice(0, 200).trim()}`)
}
