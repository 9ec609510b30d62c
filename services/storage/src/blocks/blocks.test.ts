// Every place that keeps blocks keeps the same promises.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from 's3rver'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startTestApp } from '../testApp.ts'
import type { Blocks } from './blocks.ts'
import { openFolder } from './folder.ts'
import { hashBytes } from './hash.ts'
import { openNode } from './node.ts'
import { askPeers } from './peers.ts'
import { openBucket } from './s3.ts'
import { verifyBlocks } from './verified.ts'

const bytes = new Uint8Array(262_158).map((_, at) => at >>> 3)
const hash = hashBytes(bytes)

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'blocks-test-'))
  onTestFinished(async () => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A real server that speaks S3. */
async function startS3(): Promise<string> {
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: await temporaryFolder(),
    configureBuckets: [{ name: 'results' }],
  })
  const { port } = await server.run()
  onTestFinished(async () => server.close())
  return `http://127.0.0.1:${port}`
}

async function openS3(bucket = 'results'): Promise<Blocks> {
  const endpoint = await startS3()
  const keys = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }
  return openBucket({ endpoint, bucket, prefix: 'blocks/', region: 'us-east-1', ...keys })
}

const places: readonly (readonly [name: string, open: () => Promise<Blocks>])[] = [
  ['a folder', async () => openFolder(await temporaryFolder())],
  ['a bucket', openS3],
  ['another storage', async () => openNode({ url: (await startTestApp()).url, token: undefined })],
]

describe.each(places)('%s', (_, open) => {
  test('gives back what was put, and only that', async () => {
    const blocks = await open()
    await blocks.open()

    await blocks.put(hash, bytes)
    await blocks.put(hash, bytes)
    await blocks.settle([hash])

    expect(hashBytes((await blocks.get(hash)) ?? new Uint8Array())).toBe(hash)
    expect(await blocks.get(hashBytes(Uint8Array.of(1)))).toBeUndefined()
  })

  test('removes a block, also one that is not there', async () => {
    const blocks = await open()
    await blocks.open()
    await blocks.put(hash, bytes)

    await blocks.remove(hash)
    await blocks.remove(hash)

    expect(await blocks.get(hash)).toBeUndefined()
  })
})

test('a folder is rid of what a process left that was killed, and of nothing else', async () => {
  const folder = await temporaryFolder()
  const gone = spawn(process.execPath, ['-e', ''])
  await once(gone, 'exit')
  await mkdir(join(folder, 'unfinished'))
  for (const name of [`${gone.pid ?? 0}-left`, `${process.ppid}-coming`, 'rubbish']) {
    await writeFile(join(folder, 'unfinished', name), 'half of a block')
  }

  await openFolder(folder).open()

  expect(await readdir(join(folder, 'unfinished'))).toEqual([`${process.ppid}-coming`])
})

test('a folder that cannot be is said in one sentence', async () => {
  const folder = join(await temporaryFolder(), 'file')
  await writeFile(folder, '')

  await expect(openFolder(folder).open()).rejects.toThrow(`Blocks cannot be kept in ${folder}`)
})

test('a bucket that is not there is said at the start', async () => {
  const blocks = await openS3('other')

  await expect(blocks.open()).rejects.toThrow(/The bucket .*other answered 404 \(NoSuchBucket\)\./u)
})

test('a node that is not there is said at the start', async () => {
  await expect(openNode({ url: 'http://127.0.0.1:1', token: undefined }).open()).rejects.toThrow(
    'The IPFS node http://127.0.0.1:1 does not answer.',
  )
})

test('a node that does not let this storage in is said when something is put', async () => {
  const { url } = await startTestApp()
  const blocks = openNode({ url, token: 'a-token-of-nobody' })

  await expect(blocks.put(hash, bytes)).rejects.toThrow('answered 401')
})

test('bytes that are not what their name says count as missing, and are told of', async () => {
  const folder = await temporaryFolder()
  const damaged: string[] = []
  const blocks = verifyBlocks(openFolder(folder), async (one) => {
    damaged.push(one)
    await Promise.resolve()
  })
  await blocks.open()
  await blocks.put(hash, Uint8Array.of(1))

  expect(await blocks.get(hash)).toBeUndefined()
  expect(damaged).toEqual([hash])
})

test('a peer that lies, answers without end, or not at all is passed over', async () => {
  const { url } = await startTestApp()
  await openNode({ url, token: undefined }).put(hash, bytes)
  const liar = createServer((request, answer) => {
    if (request.url?.startsWith('/endless') !== true) return answer.end('something else')
    const pour = (): void => {
      while (!answer.destroyed && answer.write(Buffer.alloc(65_536)));
    }
    answer.on('drain', pour)
    pour()
    return undefined
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    liar.closeAllConnections()
    liar.close()
  })
  await once(liar, 'listening')
  const bad = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`

  const found = await askPeers(['http://127.0.0.1:1', bad, `${bad}/endless`, url])(hash)

  expect(hashBytes(found ?? new Uint8Array())).toBe(hash)
})
