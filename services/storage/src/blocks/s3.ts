// Blocks as objects of a bucket, at any endpoint that speaks S3.
import { AwsClient } from 'aws4fetch'
import type { Blocks } from './blocks.ts'
import type { BlockHash } from './hash.ts'

/** Where a bucket is, and by which key it is written. */
export type Bucket = {
  /** Of the service, as `https://s3.eu-west-1.amazonaws.com`; the bucket's name becomes the first part of the path. */
  readonly endpoint: string
  readonly bucket: string
  /** Before each name, such as `blocks/`. */
  readonly prefix: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

const PATIENCE_MS = 30_000
const RETRIES = 3

/**
 * Keeps blocks in a bucket. S3 shows an object only when all of it has arrived.
 *
 * @example
 * openBucket({ endpoint: 'http://127.0.0.1:4568', bucket: 'results', prefix: '', region: 'us-east-1', accessKeyId, secretAccessKey })
 */
export function openBucket(settings: Bucket): Blocks {
  const { endpoint, bucket, prefix, region, accessKeyId, secretAccessKey } = settings
  const aws = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: RETRIES })
  const base = `${endpoint.replace(/\/+$/u, '')}/${bucket}`
  const place = `bucket ${base}`
  const ask = async (method: string, name: string, body?: Uint8Array): Promise<Response> =>
    aws.fetch(`${base}/${prefix}${name}`, {
      method,
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    })
  return {
    place,
    get: async (hash) => {
      const answer = await ask('GET', hash)
      if (answer.status === 404) return drop(answer)
      await requireGood(answer, place)
      return new Uint8Array(await answer.arrayBuffer())
    },
    put: async (hash, bytes) => {
      await drop(await requireGood(await ask('PUT', hash, bytes), place))
    },
    settle: async () => Promise.resolve(),
    remove: async (hash) => {
      const answer = await ask('DELETE', hash)
      await drop(answer.status === 404 ? answer : await requireGood(answer, place))
    },
    open: async () => tryOut(ask, place),
  }
}

async function tryOut(
  ask: (method: string, name: string, body?: Uint8Array) => Promise<Response>,
  place: string,
): Promise<void> {
  // Whoever may write, but not read or remove, would find out only with somebody's result.
  const name = `probe-${process.pid}` as BlockHash
  try {
    await drop(await requireGood(await ask('PUT', name, new Uint8Array(1)), place))
    await drop(await requireGood(await ask('GET', name), place))
    await drop(await requireGood(await ask('DELETE', name), place))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(why.startsWith('The ') ? why : `The ${place} cannot be reached: ${why}.`, { cause })
  }
}

async function requireGood(answer: Response, place: string): Promise<Response> {
  if (answer.ok) return answer
  const text = await answer.text()
  const code = /<Code>(\w{1,60})<\/Code>/u.exec(text)?.[1]
  throw new Error(`The ${place} answered ${answer.status}${code === undefined ? '' : ` (${code})`}.`)
}

async function drop(answer: Response): Promise<undefined> {
  await answer.body?.cancel()
}
