// Apps that end badly go through the whole house: contained, named to whoever bought them, and the worker does its next task.
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { REQUESTER, startNetwork, type Network } from '@iexec/network/test/startNetwork'
import { readZip, type Iexec, type Run, type RunWish } from '@iexec/sdk'
import { sha256, type Address } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deskOf } from '../desk.ts'
import { auditHub } from './audit.ts'
import { BAD_APPS, outsideZip, zipBomb } from './badApps.ts'
import { echoModule } from './echo.ts'
import { buyWithParams, sellApp, sellForeignApp, storeModule, type ModulePlace } from './sale.ts'

/** Long enough for whoever ends by himself, short enough to wait for who never does. In seconds. */
const LONGEST_RUN = 6n
const CATEGORY = 5n

let network: Network
let files: Server
let requester: Iexec
let pid: number | undefined
let runs: ReadonlyMap<string, Run>
beforeAll(async () => {
  files = await serveFiles({ '/outside.zip': outsideZip(), '/bomb.zip': zipBomb(), '/liar.zip': zipBomb(1_000) })
  network = await startNetwork({
    workers: 1,
    places: 2,
    categories: [LONGEST_RUN],
    workerArgs: ['--allow-private-inputs'],
  })
  requester = await network.user(REQUESTER)
  pid = network.services.workers[0]?.pid()
  const bought = new Map<string, Run>()
  for (const one of CASES) bought.set(one.what, await one.buy())
  runs = bought
})
afterAll(async () => {
  await network.stop()
  files.closeAllConnections()
  files.close()
})

async function serveFiles(contents: Readonly<Record<string, Uint8Array>>): Promise<Server> {
  const server = createServer((request, response) => {
    const content = contents[request.url ?? '']
    response.writeHead(content === undefined ? 404 : 200).end(content)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function urlOf(path: string): string {
  return `http://127.0.0.1:${(files.address() as AddressInfo).port}${path}`
}

async function sell(name: string, module: ModulePlace | Uint8Array): Promise<Address> {
  return sellApp(network, name, 'multiaddr' in module ? module : await storeModule(network, module))
}

async function buy(app: Address, wish: RunWish = {}): Promise<Run> {
  return requester.run(app, { trust: 1n, category: CATEGORY, ...wish })
}

type Case = {
  readonly what: string
  readonly buy: () => Promise<Run>
  readonly cause: string
  /** What the worker says to the pool, and the pool to everybody. */
  readonly says: RegExp
}

const NOWHERE = '/ipfs/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ'
const OTHER_CHECKSUM = sha256('0x01')

const CASES: readonly Case[] = [
  {
    what: 'a module that is missing',
    buy: async () => buy(await sell('missing', { multiaddr: NOWHERE, checksum: OTHER_CHECKSUM })),
    cause: 'APP_IMAGE_DOWNLOAD_FAILED',
    says: /\/ipfs\/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ cannot be downloaded: the server answers 404\./u,
  },
  {
    what: 'a module that is not what was registered',
    buy: async () => {
      const place = await storeModule(network, await echoModule())
      return buy(await sell('changed', { ...place, checksum: OTHER_CHECKSUM }))
    },
    cause: 'APP_IMAGE_REFUSED',
    says: new RegExp(OTHER_CHECKSUM.slice(2), 'u'),
  },
  {
    what: 'a module that writes to its stdout for ever',
    buy: async () => buy(await sell('talker', await BAD_APPS.talker())),
    cause: 'APP_TIMEOUT',
    says: /The app took longer than its category allows\./u,
  },
  {
    what: 'a module that writes to a file for ever',
    // Until 250 MB are written, and not for so many seconds.
    buy: async () => buy(await sell('writer', await BAD_APPS.writer()), { category: 0n }),
    cause: 'APP_DISK_FULL',
    says: /The app wrote more than its category allows\./u,
  },
  {
    what: 'a module that takes all memory',
    buy: async () => buy(await sell('eater', await BAD_APPS.eater()), { category: 0n }),
    cause: 'APP_OUT_OF_MEMORY',
    says: /The app needed more memory than its category has\./u,
  },
  {
    what: 'a module that never ends',
    buy: async () => buy(await sell('forever', await BAD_APPS.forever())),
    cause: 'APP_TIMEOUT',
    says: /The app took longer than its category allows\./u,
  },
  {
    what: 'a module that traps',
    buy: async () => buy(await sell('trap', await BAD_APPS.trap())),
    cause: 'APP_TRAPPED',
    says: /The module stopped itself: unreachable code was reached/u,
  },
  {
    what: 'a zip file whose names lead out of its folder',
    buy: async () => buy(await sell('outside', await echoModule()), { inputFiles: [urlOf('/outside.zip')] }),
    cause: 'INPUT_FILES_DOWNLOAD_FAILED',
    says: /outside\.zip: A zip file cannot be unpacked: invalid relative path: \.\.\/\.\.\/evil\.txt\./u,
  },
  {
    what: 'a zip bomb',
    buy: async () => buy(await sell('bombed', await echoModule()), { inputFiles: [urlOf('/bomb.zip')] }),
    cause: 'INPUT_FILES_DOWNLOAD_FAILED',
    says: /bomb\.zip: A zip file cannot be unpacked: it has more bytes than the 1000000000 that are allowed\./u,
  },
  {
    what: 'a zip bomb that says that it is small',
    buy: async () => buy(await sell('fooled', await echoModule()), { inputFiles: [urlOf('/liar.zip')] }),
    cause: 'INPUT_FILES_DOWNLOAD_FAILED',
    says: /liar\.zip: A zip file cannot be unpacked: too many bytes in the stream\. expected 1000\./u,
  },
  {
    what: 'an input that is not there',
    buy: async () => buy(await sell('hungry', await echoModule()), { inputFiles: [urlOf('/nothing.txt')] }),
    cause: 'INPUT_FILES_DOWNLOAD_FAILED',
    says: /nothing\.txt cannot be downloaded: the server answers 404\./u,
  },
  {
    what: 'params that no worker can follow',
    buy: async () => {
      const app = await sell('misunderstood', await echoModule())
      return buyWithParams(requester, '{"iexec_args": 5}', { app, trust: 1n, category: CATEGORY })
    },
    cause: 'PARAMS_REFUSED',
    says: /^"iexec_args" must be a text, not 5\.$/u,
  },
  {
    what: 'an app of a type that nobody runs',
    buy: async () => buy(await sellForeignApp(network, 'JAR')),
    cause: 'APP_IMAGE_REFUSED',
    says: /^The app is of the type "JAR", and only DOCKER and WASM can be run\.$/u,
  },
]

type Told = {
  readonly replicates: readonly {
    readonly message: string | null
    readonly statusUpdateList: readonly { readonly cause?: string }[]
  }[]
}

/** What the pool says of a task to everybody. */
async function askPool(task: string): Promise<Told> {
  return (await (await fetch(`${network.services.scheduler.url}/tasks/${task}`)).json()) as Told
}

/** A file of a result, as text. */
function textIn(zip: Uint8Array, wanted: string): string {
  return new TextDecoder().decode(
    readZip(zip)
      .find(({ name }) => name === wanted)
      ?.read(),
  )
}

async function bytesOf(zip: Blob): Promise<Uint8Array> {
  return new Uint8Array(await zip.arrayBuffer())
}

test.each(CASES)(
  '$what ends its task with $cause, which pool, chain and result name',
  async ({ what, cause, says }) => {
    const run = runs.get(what)
    const { zip, taskId } = (await run?.result()) ?? {}

    expect(textIn(await bytesOf(zip ?? new Blob()), 'error.txt')).toBe(cause)
    const [place] = (await askPool(taskId ?? '')).replicates
    expect(place?.message).toMatch(says)
    expect(place?.statusUpdateList.at(-1)?.cause).toBe(cause)
    const { reason } = await requester.tasks.show(taskId ?? '0x')
    expect(reason).toMatch(/^It is finished without a result\. The workers agreed: /u)
  },
)

test('who runs an app that exits with 1 is told so by the command, and has what it wrote', async () => {
  const app = await sell('quitter', await BAD_APPS.quitter())
  const desk = deskOf(REQUESTER, network.chain)

  const called = await desk.iexec(['app', 'run', app, '--trust', '1', '--yes', '--download', 'result.zip'])
  const task = /task\s+(0x[\da-f]{64})/u.exec(called.out)?.[1] ?? ''
  const shown = await desk.iexec(['task', 'show', task])
  const debugged = await desk.iexec(['task', 'debug', task])

  expect(called.out + called.errors).toContain('The workers agreed: ')
  expect(shown.out).toContain('It is finished without a result. The workers agreed: ')
  expect(debugged.out).toContain('the app ended with 1 (APP_EXITED: The app exited with 1.)')
  expect((await askPool(task)).replicates[0]?.message).toBe('The app exited with 1.')
  expect(textIn(readFileSync(join(desk.folder, 'result.zip')), 'stdout.txt')).toBe('I give up\n')
})

test('who asks for what no worker can do is told so by the command, and what to do', async () => {
  const task = runs.get('params that no worker can follow')?.taskIds[0] ?? ''

  const shown = await deskOf(REQUESTER, network.chain).iexec(['task', 'show', task])

  expect(shown.out).toContain('The workers agreed: the params of the request ask for what no worker can do.')
  expect(shown.out).toContain(`iexec task debug ${task} shows what is wrong with them`)
})

test('a file whose name has a line feed comes home as it is', async () => {
  const run = await buy(await sell('newlines', await BAD_APPS.newlines()))

  const { zip } = await run.result()

  expect(textIn(await bytesOf(zip), 'two\nlines.txt')).toBe('42')
})

test('the worker is unharmed by all of them: the same process does its next task, and all are paid by the rules', async () => {
  const run = await buy(await sell('echo', await echoModule()), { args: 'unharmed' })

  const { zip } = await run.result()

  expect(textIn(await bytesOf(zip), 'result.txt')).toBe('unharmed')
  expect(network.services.workers[0]?.pid()).toBe(pid)
  const audit = await auditHub(network.market)
  expect(audit.actual).toEqual(audit.expected)
  expect(audit).toMatchObject({ locked: 0n, claimed: [] })
  expect(audit.finished).toHaveLength(CASES.length + 3)
})
