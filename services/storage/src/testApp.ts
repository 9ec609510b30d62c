// The HTTP side on a real port, with a store of its own, inside of a test.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { closeServer, createServer, listen, type Engine } from '@iexec/service'
import { createApp } from './app.ts'
import { verifyBlocks } from './blocks/verified.ts'
import type { Condition } from './condition.ts'
import { readConfig, storageCommand, type Config } from './config.ts'
import { prepareServer } from './http/node.ts'
import { watchDisk } from './keep/fullDisk.ts'
import { openTestShelf, type TestShelf } from './keep/testShelf.ts'
import type { Hub } from './result/hub.ts'
import { ChainAway, type Court } from './result/judge.ts'

/** A storage that listens. */
export type TestApp = {
  readonly url: string
  readonly shelf: TestShelf
  readonly court: Court
  readonly condition: Condition
  readonly spool: string
}

/** What a test wants otherwise. */
export type TestAppOptions = {
  readonly config?: Partial<Config>
  readonly engine?: Engine
  readonly hub?: Hub
}

const NO_HUB = '0x0000000000000000000000000000000000000001'

/** Starts a storage that is gone after the test. */
export async function startTestApp({
  config: change = {},
  engine = 'sqlite',
  hub,
}: TestAppOptions = {}): Promise<TestApp> {
  const config = { ...readConfig(['--rpc', 'http://127.0.0.1:1', '--hub', NO_HUB], storageCommand()), ...change }
  const shelf = await openTestShelf(engine, { quotaBytes: config.quotaBytes })
  const spool = await mkdtemp(join(tmpdir(), 'spool-test-'))
  const condition: Condition = { role: 'leading', hub, sweptBytes: 0 }
  const court: Court = {
    shelf: { ...shelf, blocks: verifyBlocks(shelf.blocks, async () => Promise.resolve()), now: Date.now },
    hub: () => {
      if (condition.hub === undefined) throw new ChainAway()
      return condition.hub
    },
    retentionMs: config.keepResultsMs,
  }
  const log = pino({ level: 'silent' })
  const disk = watchDisk({ shelf: court.shelf, spool, onFull: () => undefined })
  const server = createServer(createApp({ config: { ...config, spool }, court, condition, disk, log }))
  prepareServer(server, { idleMs: 60_000, longestMs: 60_000 })
  const url = await listen(server, { host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await closeServer(server)
    await rm(spool, { recursive: true, force: true })
  })
  return { url, shelf, court, condition, spool }
}

/** Adds a file as a client does, and returns its content identifier. */
export async function addFile(url: string, content: Uint8Array, name = 'file.txt'): Promise<string> {
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(content)]), encodeURIComponent(name))
  const answer = await fetch(`${url}/api/v0/add`, { method: 'POST', body: form })
  const { Hash: hash } = (await answer.json()) as { readonly Hash: string }
  return hash
}
