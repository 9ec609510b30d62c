// Files by their addresses: through gateways that fail, lie, or do not have them.
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CID } from 'multiformats/cid'
import { create } from 'multiformats/hashes/digest'
import type { Hex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type FileServer } from '../../test/fileServer.ts'
import { MachineFault } from '../job.ts'
import { budgetOf } from './download.ts'
import { fetchFile, isFileAddress, type FileAddress } from './fetchFile.ts'

const CID_V0 = 'QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ'
const HASH = createHash('sha256').update('true').digest()
const RAW = CID.createV1(0x55, create(0x12, HASH)).toString()

let folder: string
let liar: FileServer
let honest: FileServer
let empty: FileServer
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iexec-fetch-'))
  liar = await startServer((_, response) => response.end('false'))
  honest = await startServer((_, response) => response.end('true'))
  empty = await startServer((_, response) => response.writeHead(404).end())
})
afterAll(async () => {
  await Promise.all([liar, honest, empty].map(async (server) => server.stop()))
  await rm(folder, { recursive: true })
})

async function fetchText(address: FileAddress, gateways: readonly FileServer[]): Promise<string> {
  const file = join(folder, 'file')
  await fetchFile(address, file, {
    gateways: gateways.map(({ url }) => `${url}/`),
    allowsPrivate: false,
    signal: new AbortController().signal,
    budget: budgetOf(5),
    seconds: 30,
    patience: { stallMs: 5000, pauseMs: 0, tries: 2 },
  })
  return readFile(file, 'utf8')
}

test('gateways are asked in their order, until one has the file', async () => {
  expect(await fetchText({ url: `/ipfs/${CID_V0}/a b?c/d` }, [empty, honest])).toBe('true')
  expect(honest.requests.at(-1)?.url).toBe(`/ipfs/${CID_V0}/a%20b%3Fc/d`)
})

test('a gateway that gives another file than registered is passed over', async () => {
  const sha256: Hex = `0x${HASH.toString('hex').toUpperCase()}`

  expect(await fetchText({ url: `/ipfs/${CID_V0}`, sha256 }, [liar, honest])).toBe('true')
  await expect(fetchText({ url: `/ipfs/${CID_V0}`, sha256 }, [liar, empty])).rejects.toMatchObject({
    reason: 'wrong-checksum',
  })
})

test('an identifier of one raw block is a checksum', async () => {
  expect(await fetchText({ url: `/ipfs/${RAW}` }, [liar, honest])).toBe('true')
  await expect(fetchText({ url: `/ipfs/${RAW}` }, [liar])).rejects.toMatchObject({ reason: 'wrong-checksum' })
})

test('when nobody has it, everybody is named', async () => {
  await expect(fetchText({ url: `/ipfs/${CID_V0}` }, [empty, empty])).rejects.toThrow(
    new RegExp(`No gateway has .*${empty.port}.*404.*${empty.port}.*404`, 'u'),
  )
  await expect(fetchText({ url: `/ipfs/${CID_V0}` }, [])).rejects.toThrow('No IPFS gateway is set')
})

test('gateways that are all away are the fault of this machine, and nothing to vote for', async () => {
  const away = await startServer(() => undefined)
  await away.stop()

  await expect(fetchText({ url: `/ipfs/${CID_V0}` }, [away])).rejects.toThrow(MachineFault)
  await expect(fetchText({ url: `/ipfs/${CID_V0}` }, [away, empty])).rejects.toMatchObject({ name: 'FetchFault' })
})

test('a URL that is no gateway is reached at public addresses only', async () => {
  await expect(fetchText({ url: honest.url }, [honest])).rejects.toMatchObject({ reason: 'forbidden' })
})

test.each([
  ['https://example.com/a', true],
  [`/ipfs/${CID_V0}`, true],
  [`/ipfs/${CID_V0}/a/b`, true],
  [`/ipfs/${CID_V0}/../x`, false],
  ['/ipfs/', false],
  ['/etc/passwd', false],
  ['ftp://example.com', false],
  ['https://', false],
])('%s is an address: %s', (text, isAddress) => {
  expect(isFileAddress(text)).toBe(isAddress)
})
