// The whole house at work with images: built from a Dockerfile, pushed to a registry, checked, tried and sold by the command,
// bought with trust, computed by three workers in a Docker Engine, and paid.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { accountOf } from '@iexec/chain/test/anvil'
import { APP_OWNER, REQUESTER, startNetwork, type Network } from '@iexec/network/test/startNetwork'
import { asTaskId, newWorkersNeeded } from '@iexec/protocol'
import { readZip, type ShownTask } from '@iexec/sdk'
import { sha256, stringToBytes, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { deskOf, type OwnDesk } from '../desk.ts'
import { installWorker } from '../outer.ts'
import { auditHub } from './audit.ts'
import { changeOf, readBalances, shareOut } from './balances.ts'
import { BROKEN, COUNT_OF_2018, appOfGuide, openImageShop, type ImageShop } from './images.ts'

const APP_PRICE = 7n
const POOL_PRICE = 1_000n
const TRUST = 8n
const engine = inject('engine')
// Built and pushed, checked by several runs, tried, sold, bought and computed three times: on a busy machine that takes a while.
const LONG = 120_000

describe.skipIf(engine === undefined)('images in the whole house', { timeout: LONG }, () => {
  let network: Network
  let shop: ImageShop
  let host: string
  beforeAll(async () => {
    if (engine === undefined) return
    host = engine.host
    shop = openImageShop(engine)
    network = await startNetwork({ workers: 3, price: POOL_PRICE, dockerHost: host })
  }, LONG)
  afterAll(async () => {
    await network.stop()
    shop.clear()
  })

  /** The folder of an app's owner: the worker's package is installed, and iexec.json names the image. */
  function ownersDesk(name: string, image: string): OwnDesk {
    const desk = deskOf(APP_OWNER, network.chain)
    installWorker(desk)
    const { address: owner } = accountOf(APP_OWNER)
    desk.write('iexec.json', { app: { owner, name, multiaddr: image, price: APP_PRICE.toString() } })
    return desk
  }

  type Trial = { readonly digest: Hex; readonly app: { readonly checksum: Hex } }

  /** Runs the app of a desk once, as a worker would. */
  async function tryOut(desk: OwnDesk, words: readonly string[]): Promise<Trial> {
    return (await desk.raw(['app', 'test', ...words, '--docker-host', host, '--out', 'tried'])) as unknown as Trial
  }

  type Bought = { readonly exitCode: number; readonly task: ShownTask; readonly out: string; readonly errors: string }

  /** Buys a run with trust by the command, as a person in pipes does, and returns what became of its task. */
  async function buy(desk: OwnDesk, app: string, words: readonly string[]): Promise<Bought> {
    const line = ['app', 'run', app, ...words, '--trust', String(TRUST), '--force', '--download', 'result.zip']
    const called = await desk.iexec(line)
    const id = asTaskId(/task +(0x[0-9a-f]{64})/u.exec(called.out)?.[1])
    return { ...called, task: await (await network.user(REQUESTER)).tasks.show(id) }
  }

  // runs: docker build --tag registry.example/me/shout:1.0.0 .
  // runs: docker push registry.example/me/shout:1.0.0
  // runs: docker run --rm --network none -v "$PWD/out:/iexec_out" -e IEXEC_OUT=/iexec_out -e IEXEC_TASK_INDEX=0 registry.example/me/shout:1.0.0 hello
  // runs: iexec app test registry.example/me/shout:1.0.0 --args hello --out first
  // runs: iexec app check registry.example/me/shout:1.0.0 --args hello
  // runs: iexec app deploy
  test("the guide's app is built, seen to run, checked, tried, sold and bought by the command: three new workers agree, and everybody is paid", async () => {
    const image = shop.publish('shout:1.0.0', appOfGuide())
    const owner = ownersDesk('shout', image)
    const out = shop.makeFolder()

    const settings = [
      '--network',
      'none',
      '-v',
      `${out}:/iexec_out`,
      '-e',
      'IEXEC_OUT=/iexec_out',
      '-e',
      'IEXEC_TASK_INDEX=0',
    ]
    const seen = shop.docker(['run', '--rm', ...settings, image, 'hello'])
    const checked = await owner.raw(['app', 'check', '--args', 'hello', '--docker-host', host])
    const tried = await tryOut(owner, ['--args', 'hello'])
    const app = await sell(owner)
    const before = await readBalances(network)
    const desk = deskOf(REQUESTER, network.chain)
    const bought = await buy(desk, app, ['--args', 'hello'])

    expect([seen, readFileSync(join(out, 'result.txt'), 'utf8')]).toEqual(['shouting for task 0\n', 'HELLO\n'])
    expect(checked).toMatchObject({ ok: true, refusals: [], report: { kind: 'deterministic', digest: tried.digest } })
    expect(await owner.raw(['app', 'show'])).toMatchObject({ app: { appChecksum: tried.app.checksum } })
    expect(bought.exitCode).toBe(0)
    expect(bought.errors).toMatch(/workers +\d .*computing/u)
    expect(readFiles(desk)).toMatchObject({ 'result.txt': 'HELLO\n', 'stdout.txt': 'shouting for task 0\n' })
    expect(newWorkersNeeded(TRUST)).toBe(3)
    expect(bought.task.contributions.map(({ status }) => status)).toEqual(['proved', 'proved', 'proved'])
    expect([agreedOn(bought.task), sha256(stringToBytes('HELLO\n'))]).toEqual([tried.digest, tried.digest])
    expect(changeOf(before, await readBalances(network))).toEqual(shareOut(bought.task))
  })

  test('an image of 2018, which knows /iexec and consensus.iexec alone, is bought with trust; its requester reads its logs', async () => {
    const owner = ownersDesk('count', shop.publish('count:1.0.0', COUNT_OF_2018))
    owner.write('words.txt', 'one two three')

    const tried = await tryOut(owner, ['--input-file', 'words.txt'])
    const app = await sell(owner)
    const words = await storeUnderName('words.txt', 'one two three')
    const before = await readBalances(network)
    const desk = deskOf(REQUESTER, network.chain)
    const bought = await buy(desk, app, ['--input-files', words])
    const logs = await desk.iexec(['task', 'logs', bought.task.id])
    const followed = await desk.iexec(['task', 'logs', bought.task.id, '--follow'])

    expect(bought).toMatchObject({ exitCode: 0, out: expect.stringContaining('the workers agreed on consensus.iexec') })
    const files = readFiles(desk)
    expect(files).toMatchObject({ 'count.txt': '3\n', 'consensus.iexec': '3\n', 'stdout.txt': 'counting\n' })
    // What it was given, and did not change, is no result.
    expect(files).not.toHaveProperty('words.txt')
    expect([agreedOn(bought.task), sha256(stringToBytes('3\n'))]).toEqual([tried.digest, tried.digest])
    for (const { worker } of bought.task.contributions) {
      expect(logs.out).toContain(`stdout of ${worker}\n  counting\n`)
      expect(followed.out).toContain(`${worker} stdout  counting\n`)
    }
    expect(changeOf(before, await readBalances(network))).toEqual(shareOut(bought.task))
  })

  /** Puts a file into the storage, and returns a path that ends in its name. */
  async function storeUnderName(name: string, content: string): Promise<string> {
    const form = new FormData()
    form.append('file', new Blob([content]), name)
    const url = `${network.services.storage.url}/api/v0/add?wrap-with-directory=true`
    const said = await (await fetch(url, { method: 'POST', body: form })).text()
    const { Hash: folder } = JSON.parse(said.trim().split('\n').at(-1) ?? '') as { readonly Hash: string }
    return `/ipfs/${folder}/${name}`
  }

  test('an app that ends badly costs its price; whoever bought it reads why, what it wrote, and what to do', async () => {
    const owner = ownersDesk('broken', shop.publish('broken:1.0.0', BROKEN))

    const tried = await owner.iexec(['app', 'test', '--args', 'luck', '--docker-host', host, '--out', 'tried'])
    const app = await sell(owner)
    const before = await readBalances(network)
    const desk = deskOf(REQUESTER, network.chain)
    const bought = await buy(desk, app, ['--args', 'luck'])

    expect(tried).toMatchObject({ exitCode: 1, errors: expect.stringContaining('APP_EXITED: The app exited with 3.') })
    const { id } = bought.task
    const why = `The task ${id} ended without a result. The workers agreed: the app ended with another exit code than 0.`
    expect(bought.exitCode).toBe(1)
    expect(bought.errors).toContain(
      `${why} iexec task logs ${id} shows what it wrote.\n  A worker says: The app exited with 3.\n`,
    )
    expect(readFiles(desk)).toMatchObject({
      'error.txt': 'APP_EXITED',
      'stderr.txt': 'looking for luck\nthere is no luck here\n',
    })
    expect(bought.task).toMatchObject({ end: 'completed', failure: 'APP_EXITED' })
    expect(changeOf(before, await readBalances(network))).toEqual(shareOut(bought.task))
  })

  test('after all of it, the hub has what the rules say, to the last nRLC', async () => {
    const { actual, expected, sums, locked } = await auditHub(network.market)

    expect(actual).toEqual(expected)
    expect(sums).toEqual({ deposited: sums.inToken, held: sums.inToken, inToken: sums.inToken })
    expect(locked).toBe(0n)
  })

  // runs: iexec app unpublish --all
  // runs: iexec app publish --price 0.2 RLC
  // runs: iexec orderbook app 0x…
  // runs: iexec account show
  // runs: iexec account history
  // runs: iexec account withdraw all
  test('the owner of an app changes its price, sees what it earned, and takes it home', async () => {
    const owner = ownersDesk('shout', shop.publish('shout:1.0.0', appOfGuide()))
    const app = await sell(owner)

    const earned = await owner.raw(['account', 'show'])
    const unpublished = await owner.raw(['app', 'unpublish', '--all', '--force'])
    const published = await owner.raw(['app', 'publish', '--price', '0.2', 'RLC', '--force'])
    const book = await owner.raw(['orderbook', 'app', app])
    const history = await owner.raw(['account', 'history'])
    const home = await owner.raw(['account', 'withdraw', 'all'])

    const sales = 3n * APP_PRICE
    expect(earned).toMatchObject({ balance: { stake: String(sales), locked: '0' } })
    expect(unpublished).toMatchObject({ ok: true, unpublished: [expect.any(String)] })
    expect(book).toMatchObject({ count: 1, appOrders: [{ orderHash: published['orderHash'], price: 200_000_000 }] })
    const reward = { kind: 'Reward', amount: String(APP_PRICE) }
    expect(history['events']).toEqual(expect.arrayContaining([expect.objectContaining(reward)]))
    expect(home).toMatchObject({ ok: true, amount: String(sales) })
  })
})

async function sell(desk: OwnDesk): Promise<string> {
  const { address } = await desk.raw(['app', 'deploy'])
  return String(address)
}

function readFiles(desk: OwnDesk): Readonly<Record<string, string>> {
  const files = readZip(readFileSync(join(desk.folder, 'result.zip')))
  return Object.fromEntries(files.map(({ name, read }) => [name, new TextDecoder().decode(read())]))
}

/** What the workers agreed on, as the chain has it. */
function agreedOn({ record }: ShownTask): Hex | undefined {
  return record.status === 'completed' ? record.consensus.resultDigest : undefined
}
