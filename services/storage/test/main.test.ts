// The storage as an operator runs it: started, stopped, killed, and filled.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startChainWithMarket, type TestChain } from '@iexec/service/test/chain'
import { onBothEngines } from '@iexec/service/test/database'
import { newPlace, placeOf } from '@iexec/service/test/place'
import { spawnService, until } from '@iexec/service/test/process'
import { storageCommand } from '../src/config.ts'
import { cidOfFile } from '../src/content/testKubo.ts'
import { addFile } from '../src/testApp.ts'
import { startStorage, type StorageProcess, type StorageWish } from './startStorage.ts'

const HOUSE = join(import.meta.dirname, '../../..')

let chain: TestChain

beforeAll(async () => {
  chain = await startChainWithMarket()
})

afterAll(async () => {
  await chain.stop()
})

async function start(wish: Partial<StorageWish> = {}): Promise<StorageProcess> {
  const storage = await startStorage({ rpcUrl: chain.url, hub: chain.contracts.hub, ...wish })
  onTestFinished(storage.remove)
  return storage
}

/** Bytes that look random, and are the same for the same seed. */
function patterned(length: number, seed: number): Uint8Array {
  return new Uint8Array(length).map((_, at) => Math.imul(at + seed * 7_919_003, 0x9e_37_79_b1) >>> 24)
}

async function health({ url }: StorageProcess): Promise<Record<string, unknown>> {
  return (await (await fetch(`${url}/health`)).json()) as Record<string, unknown>
}

test('what was added is there after a stop and a start, and the stop is in order', async () => {
  const first = await start()
  const cid = await addFile(first.url, patterned(600_000, 1))

  const code = await first.stop()
  const second = await start({ folder: first.folder })

  expect(code).toBe(0)
  expect((await (await fetch(`${second.url}/ipfs/${cid}`)).arrayBuffer()).byteLength).toBe(600_000)
})

test('it tells its health, its figures, and people how it is', async () => {
  const storage = await start()
  await addFile(storage.url, patterned(1_000, 2))
  await until(
    async () => health(storage),
    ({ ok }) => ok === true,
  )

  const metrics = await (await fetch(`${storage.url}/metrics`)).text()
  const page = await (await fetch(storage.url, { headers: { accept: 'text/html' } })).text()

  expect(await health(storage)).toMatchObject({ ok: true, role: 'leading', chainId: chain.chainId })
  expect(metrics).toMatch(/storage_bytes 10\d\d\n/u)
  expect(metrics).toContain('storage_holdings{kind="added",state="public"} 1')
  expect(page).toContain('It serves files, and takes results')
})

test('files are served while no node answers; its health says so', async () => {
  const storage = await start({ rpcUrl: 'http://127.0.0.1:1' })
  const cid = await addFile(storage.url, patterned(1_000, 3))

  expect((await fetch(`${storage.url}/ipfs/${cid}`)).status).toBe(200)
  expect(await health(storage)).toMatchObject({ ok: false, chainId: null })
})

test('a hub that is not there, and a contract that is no hub, end it with one sentence', async () => {
  const [nobody, token] = ['0x00000000000000000000000000000000000000aa', chain.market.addresses.token]
  const refuse = async (hub: string): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'storage-main-'))
    onTestFinished(async () => rm(folder, { recursive: true }))
    const args = ['--port', '0', '--rpc', chain.url, '--hub', hub, '--database', folder]
    const storage = spawnService(join(HOUSE, 'services/storage/src/main.ts'), args)
    expect(await storage.ended).toBe(1)
    return storage.said()
  }

  const [absent, other] = await Promise.all([refuse(nobody), refuse(token)])

  expect(absent).toContain(`There is no contract at ${nobody} on this chain (${chain.chainId}).`)
  expect(other).toContain(`The contract at ${token} is no hub of a market: it does not name its registries.`)
})

test('a second process on the same folder is refused before it listens', async () => {
  const { folder } = await start()

  await expect(start({ folder })).rejects.toThrow('Another process uses')
})

test('tokens that others may read are refused; the right ones let their holder in', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'storage-tokens-'))
  onTestFinished(async () => rm(folder, { recursive: true }))
  const file = join(folder, 'tokens.json')
  await writeFile(file, JSON.stringify({ market: 'a-token-of-the-market' }), { mode: 0o644 })
  const args = ['--tokens', file]

  await expect(start({ args })).rejects.toThrow('others than its owner may read it; chmod 600 it')
  await chmod(file, 0o600)
  const { url } = await start({ args })

  const form = new FormData()
  form.append('file', new Blob(['x']), 'x')
  const headers = { 'x-real-ip': '203.0.113.7', authorization: 'Bearer a-token-of-the-market' }
  expect((await fetch(`${url}/api/v0/add`, { method: 'POST', body: form, headers })).status).toBe(200)
})

test('killed at any moment, it serves after its next start what it acknowledged, and whole files only', async () => {
  let storage = await start({ args: ['--sweep', '1'] })
  const { folder } = storage
  const files = Array.from({ length: 12 }, (_, seed) => patterned(700_000 + seed * 100_000, seed))
  const acknowledged = new Set<string>()

  for (let round = 0; round < 3; round++) {
    const { url, ended } = storage
    const mine = files.slice(round * 4, round * 4 + 4)
    const added = mine.map(async (content) => {
      // When the process is gone, no answer comes any more.
      const gone = ended.then(() => undefined)
      const cid = await Promise.race([addFile(url, content).catch(() => undefined), gone])
      if (cid !== undefined) acknowledged.add(cid)
    })
    // At another moment of the work in each round: when the first is through, when some blocks are there, at once.
    if (round === 0) await Promise.race(added)
    if (round === 1)
      await until(
        async () => listBlocks(folder),
        (blocks) => blocks.length > 16,
      )
    await storage.kill()
    await Promise.all(added)
    storage = await startStorage({ rpcUrl: chain.url, hub: chain.contracts.hub, folder, args: ['--sweep', '1'] })
    onTestFinished(storage.remove)
    expect(await readdir(join(folder, 'blocks/unfinished'))).toEqual([])
  }

  for (const content of files) {
    const cid = cidOfFile(content)
    const answer = await fetch(`${storage.url}/ipfs/${cid}`)
    if (!acknowledged.has(cid) && answer.status === 404) continue
    expect(answer.status).toBe(200)
    expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true)
  }
  expect(acknowledged.size).toBeGreaterThan(0)
  // What was half-written is removed by itself, and nothing else.
  await until(
    async () => ({ files: await listBlocks(folder), held: heldBlocks(folder) }),
    (found) => found.files.length === found.held.length && found.files.every((file) => found.held.includes(file)),
  )
})

/** Whether something is just coming, as its figures say. */
async function isLoading({ url }: StorageProcess): Promise<boolean> {
  return (await (await fetch(`${url}/metrics`)).text()).includes('state="loading"')
}

async function listBlocks(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(folder, 'blocks'), { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile() && entry.name.length === 64).map(({ name }) => name)
}

function heldBlocks(folder: string): readonly string[] {
  const name = `storage-${chain.contracts.hub.slice(2, 10).toLowerCase()}.sqlite`
  const database = new DatabaseSync(join(folder, name), { readOnly: true })
  try {
    const rows = database.prepare('select distinct hash from held').all()
    return rows.map(({ hash }) => String(hash))
  } finally {
    database.close()
  }
}

test('a large file goes in and out in the memory of a few blocks, also to a slow reader', async () => {
  const { url, pid } = await start()
  const before = await peakOf(pid)
  const size = 200_000_000

  const cid = await pourIn(url, size)
  const whole = await new Promise<IncomingMessage>((resolve) => request(`${url}/ipfs/${cid}`, resolve).end())
  // Nobody reads for as long as the server could run ahead; whatever it does meanwhile, it answers others.
  for (let round = 0; round < 50; round++) await fetch(`${url}/health`)
  let read = 0
  for await (const piece of whole as AsyncIterable<Buffer>) read += piece.length

  expect(read).toBe(size)
  expect((await peakOf(pid)) - before).toBeLessThan(150_000_000)
})

/** The most memory that a process has had, in bytes. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/u.exec(status)?.[1] ?? 0) * 1024
}

async function pourIn(url: string, size: number): Promise<string> {
  const sending = request(`${url}/api/v0/add`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
  })
  sending.write('--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\n')
  const piece = Buffer.alloc(1_000_000)
  for (let sent = 0; sent < size; sent += piece.length) {
    piece.writeUInt32LE(sent)
    if (!sending.write(Buffer.from(piece))) await once(sending, 'drain')
  }
  sending.end('\r\n--b--\r\n')
  const [answer] = (await once(sending, 'response')) as [IncomingMessage]
  const text = (await answer.setEncoding('utf8').toArray()).join('')
  return (JSON.parse(text) as { readonly Hash: string }).Hash
}

onBothEngines('the database', (engine) => {
  /** Settings of processes that share a database and their blocks. */
  async function shared(): Promise<{ readonly folder: string; readonly args: readonly string[] }> {
    const schema = `storage_${chain.contracts.hub.slice(2, 10).toLowerCase()}`
    const place = placeOf(await newPlace(engine, schema))
    const folder = await mkdtemp(join(tmpdir(), 'storage-main-'))
    onTestFinished(async () => rm(folder, { recursive: true, force: true }))
    const args = ['--database', place, '--blocks', join(folder, 'blocks'), '--spool', join(folder, 'spool')]
    return { folder, args }
  }

  test('may be on either engine', async () => {
    const storage = await start(await shared())

    const cid = await addFile(storage.url, patterned(600_000, 4))

    expect((await (await fetch(`${storage.url}/ipfs/${cid}`)).arrayBuffer()).byteLength).toBe(600_000)
    expect(await storage.stop()).toBe(0)
  })

  if (engine === 'sqlite') return

  test('remembers nothing after a kill of what was just coming', async () => {
    const wish = await shared()
    const killed = await start(wish)
    const sending = request(`${killed.url}/api/v0/add`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    })
    sending.on('error', () => undefined)
    sending.write('--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\n')
    // Blocks are claimed sixteen at a time.
    sending.write(patterned(6_000_000, 6))
    await until(async () => isLoading(killed), Boolean)

    await killed.kill()
    const next = await start(wish)

    expect(await isLoading(next)).toBe(false)
  })

  test('serves several processes; when the one that tidies up is killed, another does', async () => {
    const wish = await shared()
    const one = await start(wish)
    await until(
      async () => health(one),
      ({ role }) => role === 'leading',
    )
    const two = await start(wish)
    const cid = await addFile(one.url, patterned(600_000, 5))

    const answer = await fetch(`${two.url}/ipfs/${cid}`)
    await one.kill()

    expect((await answer.arrayBuffer()).byteLength).toBe(600_000)
    await until(
      async () => health(two),
      ({ role }) => role === 'leading',
    )
    expect((await fetch(`${two.url}/ipfs/${cid}`)).status).toBe(200)
  })
})

describe('the documented commands', () => {
  // runs: npx -y pnpm@12.21.0 --filter @iexec/storage start --rpc http://127.0.0.1:8545 --hub 0x…
  test('start a storage that answers, and Ctrl-C ends it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'storage-documented-'))
    onTestFinished(async () => rm(folder, { recursive: true, force: true }))
    const command = ['-y', 'pnpm@12.21.0', '--filter', '@iexec/storage', 'start', '--rpc', chain.url]
    const env = { ...process.env, INIT_CWD: undefined, STORAGE_PORT: '0', STORAGE_DATABASE: folder }
    const child = spawn('npx', [...command, '--hub', chain.contracts.hub], { cwd: HOUSE, env, detached: true })
    const closed = once(child, 'close')
    // A terminal sends its signals to the whole group.
    const signal = (name: NodeJS.Signals): void => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid, name)
    }
    onTestFinished(() => {
      signal('SIGKILL')
    })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    await until(
      async () => Promise.resolve(said),
      (text) => /listens on \S+\s/u.test(text),
    )
    const url = /listens on (\S+)/u.exec(said)?.[1] ?? ''

    const answer = await fetch(`${url}/version`)
    signal('SIGINT')
    await closed

    expect(await answer.json()).toMatchObject({ name: 'iexec-storage' })
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  // runs: npx -y pnpm@12.21.0 --filter @iexec/storage start --help
  test('explain every setting when asked for --help', () => {
    const help = spawnSync('npx', ['-y', 'pnpm@12.21.0', '--filter', '@iexec/storage', 'start', '--help'], {
      cwd: HOUSE,
      encoding: 'utf8',
    })

    expect(help.status).toBe(0)
    for (const { envVar } of storageCommand().options) expect(help.stdout).toContain(envVar ?? '')
    expect(help.stdout).not.toContain('undefined')
  })
})
