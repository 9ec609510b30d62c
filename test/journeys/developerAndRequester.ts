// Whoever makes an app and whoever buys a run of it, from an empty folder to the money in the wallet, by the commands of the guides.
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { readZip } from '@iexec/sdk'
import type { Address, Hex } from 'viem'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { echoModule } from '../work/echo.ts'
import { openImageShop } from '../work/images.ts'
import { theNetwork } from './ground.ts'
import type { Home, UsersNetwork } from './network.ts'
import { ADDRESS, find, ID, PASSWORD, typeLine, typeWithPassword, wholeScreenOf } from './typing.ts'

/** Wrong in less than one of eight cases: all three new workers have to agree. */
const TRUST = '--trust 8'
const README = join(import.meta.dirname, '../../packages/sdk/README.md')

const engine = inject('engine')

let network: UsersNetwork
let developer: Home
let requester: Home
let app: Address
beforeAll(() => {
  network = theNetwork()
  developer = network.openHome()
  requester = network.openHome()
})

function readFiles(home: Home, name: string): Readonly<Record<string, string>> {
  const files = readZip(readFileSync(join(home.folder, name)))
  return Object.fromEntries(files.map(({ name: path, read }) => [path, new TextDecoder().decode(read())]))
}

describe('an app developer', () => {
  // runs: iexec init
  // runs: iexec wallet get-ether
  // runs: iexec app check app.wasm --args hello
  // runs: iexec app deploy
  test('begins with an empty folder, tries his module, names its price, and it is for sale', async () => {
    const init = developer.line('iexec init')
    await init.sees('Choose a password')
    init.types(PASSWORD)
    await init.sees('Once more')
    init.types(PASSWORD)
    expect(await init.ended).toBe(0)
    developer.write('app.wasm', await echoModule())

    const checked = await typeLine(developer, 'iexec app check app.wasm --args hello')
    await typeLine(developer, 'iexec wallet get-ether')
    const project = JSON.parse(developer.read('iexec.json')) as object
    const listing = { name: 'echo', type: 'WASM', multiaddr: 'app.wasm', price: '0.1 RLC' }
    developer.write('iexec.json', { ...project, app: listing })
    const deployed = await typeWithPassword(developer, 'iexec app deploy')

    expect(checked).toMatch(/All \d runs gave the digest 0x[0-9a-f]{64}\./u)
    expect(deployed).toMatch(/for sale at +0\.1 RLC a run/u)
    app = find(deployed, 'App', ADDRESS) as Address
  })
})

describe('a requester', () => {
  // runs: iexec wallet get-RLC
  // runs: iexec orderbook app
  // runs: iexec app show 0x…
  // runs: iexec orderbook app 0x…
  // runs: iexec orderbook workerpool --category 0
  test('looks at the app and at what it costs, and pays nothing for looking', async () => {
    const wallet = await requester.settle()

    const all = await typeLine(requester, 'iexec orderbook app')
    const shown = await typeLine(requester, `iexec app show ${app}`)
    const offers = await typeLine(requester, `iexec orderbook app ${app}`)
    const pools = await typeLine(requester, 'iexec orderbook workerpool --category 0')
    const call = requester.line(`iexec app run ${app} --args hello ${TRUST}`)
    await call.sees(/price +0\.11 RLC in all/u)
    await call.sees('Buy this run for 0.11 RLC, and deposit 0.11 RLC for it from your wallet? [Y/n]')
    call.types('n')

    expect(await call.ended).toBe(1)
    expect([all, shown, offers, pools]).toEqual([
      expect.stringMatching(new RegExp(`0\\.1 RLC +1000000 +echo\\s[^]*${app}`, 'u')),
      expect.stringMatching(/name +echo/u),
      expect.stringMatching(/0\.1 RLC +1000000/u),
      expect.stringMatching(/0\.01 RLC +\d+ +0 +8\s/u),
    ])
    expect(await (await requester.sdk()).account.show(wallet)).toMatchObject({ stake: 0n, locked: 0n })
  })

  // runs: iexec app run 0x… --args hello --trust 8
  test('buys a run in a terminal, sees how far it is, and has a result that is what the workers agreed on', async () => {
    const call = requester.line(`iexec app run ${app} --args hello ${TRUST}`)
    await call.sees('[Y/n]')
    call.types('')
    await call.sees(/workers +\d /u)
    await call.sees(/task +0x[0-9a-f]{64} COMPLETED/u)
    await call.sees('proof  the workers agreed on result.txt')
    await wholeScreenOf(call)

    const [zip = ''] = readdirSync(requester.folder).filter((name) => name.endsWith('.zip'))
    expect(readFiles(requester, zip)).toEqual({ 'result.txt': 'hello', 'stdout.txt': 'written\n', 'stderr.txt': '' })
  })

  // runs: iexec app run 0x… --args hello --trust 8 --detach
  // runs: iexec task logs 0x… --deal 0x… --follow
  // runs: iexec deal show 0x… --watch
  // runs: iexec task show 0x… --download result.zip
  // runs: iexec task verify 0x…
  test('leaves a run and comes back to it: what the app writes, how it ends, and its result', async () => {
    const bought = await typeLine(requester, `iexec app run ${app} --args again ${TRUST} --yes --detach`)
    const [deal, task] = [find(bought, 'deal', ID), find(bought, 'task', ID)]

    const said = await typeLine(requester, `iexec task logs ${task} --deal ${deal} --follow`)
    const watched = await typeLine(requester, `iexec deal show ${deal} --watch`)
    const saved = await typeLine(requester, `iexec task show ${task} --download result.zip`)
    const verified = await typeLine(requester, `iexec task verify ${task}`)

    expect(said.match(/stdout +written/gu)).toHaveLength(3)
    expect(watched).toMatch(/why +1 of 1 task is completed\./u)
    expect(saved).toContain('proof  the workers agreed on result.txt')
    expect(verified).toContain('nothing differs')
    expect(readFiles(requester, 'result.zip')).toMatchObject({ 'result.txt': 'again' })
  })

  test('buys a run from a program, by the lines that the README of the SDK shows', async () => {
    const { hub, rpcUrl, marketUrl, storageUrl, chainId } = network.facts
    const [open = '', run = ''] = [...readFileSync(README, 'utf8').matchAll(/^```ts\n(.*?)^```/gmsu)].map(
      ([, code]) => code,
    )
    const values = { hub, rpcUrl, marketUrl, storageUrl }
    const program = [
      open
        .replace('65535', String(chainId))
        .replace("'0x…'", `'${values.hub}'`)
        .replace("'http://127.0.0.1:8545'", `'${values.rpcUrl}'`)
        .replace("'http://127.0.0.1:8546'", `'${values.marketUrl}'`)
        .replace("'http://127.0.0.1:8547'", `'${values.storageUrl}'`),
      run.replace("'0x…'", `'${app}'`),
      'console.log(new TextDecoder().decode(files.find(({ name }) => name === "result.txt").read()))',
    ].join('\n')
    const { privateKey } = JSON.parse(requester.read('wallet.json')) as { readonly privateKey: Hex }
    installForPrograms(requester)
    requester.write('buy.mts', `const key = '${privateKey}'\n${program}`)

    const said = await typeLine(requester, `${process.execPath} buy.mts`)

    expect(said).toBe('hello\r\n')
  })
})

/** As `npm install @iexec/sdk viem` does. */
function installForPrograms({ folder }: Home): void {
  const [shelf, house] = [join(folder, 'node_modules'), join(import.meta.dirname, '../..')]
  mkdirSync(join(shelf, '@iexec'), { recursive: true })
  symlinkSync(join(house, 'packages/sdk'), join(shelf, '@iexec/sdk'))
  symlinkSync(join(house, 'test/node_modules/viem'), join(shelf, 'viem'))
}

/** As the article of 2018 tells it: it knows /iexec alone, and the file that workers compare. */
const SHOUT = `
cd /iexec
echo "$1" | tr a-z A-Z > result.txt
date > when.txt
`
const DOCKERFILE = 'FROM busybox:1.37\nCOPY app.sh /app.sh\nENTRYPOINT ["/bin/sh", "/app.sh"]\n'

// Built, run several times and pushed, computed three times: on a busy machine that takes a while.
describe.skipIf(engine === undefined)('the four steps of 2018', { timeout: 120_000 }, () => {
  let maker: Home
  let image: string
  let deployed: string
  let deal: string
  beforeAll(() => {
    if (engine === undefined) return
    // The base that a Dockerfile names is here as it would be from the public hub.
    openImageShop(engine).clear()
    maker = network.openHome()
    image = `${engine.registry}/maker/shout:1.0.0`
    maker.write('Dockerfile', DOCKERFILE)
  })

  /** Builds the image as its maker has it now. */
  async function build(script: string): Promise<void> {
    maker.write('app.sh', script)
    await typeLine(maker, `docker build --network none --tag ${image} .`)
  }

  // runs: docker run -v $(pwd):/iexec --rm --name shout registry.example/me/shout:1.0.0 hello
  test('1: an image is made, tried with docker run, refused as long as its results differ, and pushed', async () => {
    await build(SHOUT)
    await typeLine(maker, `docker run -v $(pwd):/iexec --rm --name shout ${image} hello`)
    const differs = maker.line(`iexec app check ${image} --args hello`)
    expect(await differs.ended).toBe(1)

    await build(`${SHOUT}cp result.txt consensus.iexec\n`)
    const agrees = await typeLine(maker, `iexec app check ${image} --args hello`)
    await typeLine(maker, `docker push ${image}`)

    expect(maker.read('result.txt')).toBe('HELLO\n')
    expect(differs.screen()).toMatch(/when\.txt.+byte \d+/su)
    expect(agrees).toMatch(/All \d+ runs gave the digest/u)
    expect(agrees).toContain('It is in no registry yet: push it')
  })

  test('2: iexec init, name and price and image in iexec.json, iexec app deploy', async () => {
    await typeLine(maker, 'iexec init --unencrypted')
    await typeLine(maker, 'iexec wallet get-ether')
    const project = JSON.parse(maker.read('iexec.json')) as object
    maker.write('iexec.json', { ...project, app: { name: 'shout', price: 200_000_000, multiaddr: image } })

    const said = await typeLine(maker, 'iexec app deploy')

    deployed = find(said, 'App', ADDRESS)
    expect(said).toMatch(/for sale at +0\.2 RLC a run/u)
  })

  test('3: it is run from its address, its owner is credited at once, and withdraws to his wallet', async () => {
    const bought = requester.line(`iexec app run ${deployed} --args hello ${TRUST} --yes --download shouted.zip`)
    await bought.sees('proof  the workers agreed on consensus.iexec')
    deal = find(await wholeScreenOf(bought), 'deal', ID)
    const credited = await typeLine(maker, 'iexec account show')
    await typeLine(maker, 'iexec account withdraw 200000000')

    expect(readFiles(requester, 'shouted.zip')).toMatchObject({ 'result.txt': 'HELLO\n' })
    expect(credited).toMatch(/free +0\.2 RLC/u)
    expect(await typeLine(maker, 'iexec wallet show')).toMatch(/RLC +0\.2 RLC/u)
  })

  // runs: iexec deal show 0x…
  // runs: iexec task show 0x…
  test('4: who looks at the deal, its task and the account finds everything', async () => {
    const shown = await typeLine(maker, `iexec deal show ${deal}`)
    const task = find(shown, 'tasks', /\d+/u) === '1' ? find(shown, 'tasks +1', ID) : ''

    expect(shown).toMatch(new RegExp(`app +${deployed}, 0\\.2 RLC a task`, 'u'))
    expect(shown).toMatch(/money +0\.21 RLC paid/u)
    expect(await typeLine(maker, `iexec task show ${task}`)).toMatch(
      /votes +3 workers\s+(?:0x\w+ voted, and revealed the result\s+){3}/u,
    )
    expect(await typeLine(maker, 'iexec account history')).toMatch(/Withdrawal +0\.2 RLC.+Reward +0\.2 RLC/su)
  })
})

describe('the money of both', () => {
  // runs: iexec account show
  // runs: iexec account history
  // runs: iexec account withdraw all
  test('the developer sees three sales, takes what he earned, and his wallet has it', async () => {
    // What was earned is told by the market, which hears of a block a moment after the chain has it.
    await expect.poll(async () => typeLine(developer, 'iexec account show')).toMatch(/earned +0\.3 RLC/u)
    const history = await typeLine(developer, 'iexec account history')
    const withdrawn = await typeWithPassword(developer, 'iexec account withdraw all')
    const wallet = await typeLine(developer, 'iexec wallet show')

    expect(history.match(/Reward +0\.1 RLC/gu)).toHaveLength(3)
    expect(withdrawn).toContain('Withdrew 0.3 RLC.')
    expect(wallet).toMatch(/RLC +0\.3 RLC/u)
  })
})
