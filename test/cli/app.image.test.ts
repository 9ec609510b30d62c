// The article's flow: an image in a real registry becomes an app that is for sale.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Address } from 'viem'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { deskOf, type OwnDesk } from '../desk.ts'
import { addressOf, startHouse, type House } from '../house.ts'
import { openDesk } from '../iexec.ts'
import { REGISTRY_WORDS, hasRegistry, startRegistry, type TestRegistry } from '../registry.ts'

const PASSWORD = 'correct horse battery staple'
const HASH = /^0x[0-9a-f]{64}$/u

describe.skipIf(!hasRegistry)(`iexec app deploy, ${REGISTRY_WORDS}`, () => {
  let house: House
  let registry: TestRegistry
  beforeAll(async () => {
    house = await startHouse()
    registry = await startRegistry()
  })
  afterAll(async () => {
    await registry.stop()
    await house.stop()
  })

  /** A project as somebody has it after `iexec init` and a look into iexec.json. */
  function project(account: number, app: object): OwnDesk {
    const desk = deskOf(account, house.chain)
    desk.write('iexec.json', { description: 'mine', app })
    return desk
  }

  test("name, price and image are enough: the app has an address, is the image's digest, and is for sale", async () => {
    const digest = await registry.pushIndex('me/flow', '1.0', ['linux/amd64', 'linux/arm64/v8'])
    const image = `${registry.host}/me/flow:1.0`
    const desk = deskOf(1, house.chain)
    await desk.iexec(['init', '--force'])
    // As chain.json, which says where the market is, would be given by whoever runs the chain.
    desk.write('chain.json', { default: 'test', chains: { test: chainEntry(house) } })
    desk.write('iexec.json', { ...desk.read('iexec.json'), app: { name: 'flow', price: '0.1 RLC', multiaddr: image } })

    const { exitCode, out } = await desk.iexec(['app', 'deploy'])

    const address = /^App (0x[0-9a-fA-F]{40})$/mu.exec(out)?.[1] ?? ''
    expect(exitCode).toBe(0)
    expect(out).toContain(`sha256:${digest.slice(2)}`)
    expect(out).toMatch(/an index of images for linux\/amd64, linux\/arm64\/v8/u)
    expect(out).toMatch(/for sale at +0\.1 RLC a run/u)
    expect(out).toContain(`Run it: iexec app run ${address} --watch`)
    expect(desk.read('deployed.json')).toEqual({ app: { [house.chain.chainId]: address } })
    expect(await desk.raw(['app', 'show'])).toMatchObject({
      address,
      app: { appName: 'flow', appType: 'DOCKER', appMultiaddr: image, appChecksum: digest, owner: addressOf(1) },
    })
    const { items } = await (await house.user(2)).orderbooks.fetchApps({ app: address as Address })
    expect(items).toMatchObject([{ order: { appprice: 100_000_000n, volume: 1_000_000n }, signer: addressOf(1) }])
  })

  test('somebody who begins with nothing does it in a terminal: init, three lines of iexec.json, deploy', async () => {
    await registry.pushImage('newcomer/hello', '1.0', 'linux/arm64')
    const desk = openDesk()
    onTestFinished(desk.clear)
    const init = desk.person(['init'])
    await init.sees('Choose a password')
    init.types(PASSWORD)
    await init.sees('Once more')
    init.types(PASSWORD)
    await init.sees(/0x[0-9a-fA-F]{40}, new/u)
    await init.ended
    const wallet = /(0x[0-9a-fA-F]{40}), new/u.exec(init.screen())?.[1] as Address
    const file = join(desk.folder, 'iexec.json')
    const app = { name: 'hello', price: '0.05 RLC', multiaddr: `${registry.host}/newcomer/hello:1.0` }
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), app }))
    writeFileSync(
      join(desk.folder, 'chain.json'),
      JSON.stringify({ default: 'test', chains: { test: chainEntry(house) } }),
    )
    await (await house.user(0)).wallet.sendCoins({ to: wallet, amount: 10n ** 18n })

    const deploy = desk.person(['app', 'deploy'])
    await deploy.sees(`Asking ${registry.host}`)
    await deploy.sees(`Password of ${wallet}`)
    deploy.types(PASSWORD)
    await deploy.sees('register the app hello: 0x')
    await deploy.sees('the manifest of one image for linux/arm64')
    await deploy.sees(/for sale at +0\.05 RLC a run/u)

    expect(await deploy.ended).toBe(0)
    expect(deploy.screen()).not.toContain(PASSWORD)
  })

  test('in raw, it has the keys that scripts know, and the hash of the order', async () => {
    const digest = await registry.pushImage('me/raw', '1', 'linux/arm64')
    const desk = project(1, { name: 'raw', price: 5, multiaddr: `${registry.host}/me/raw:1` })

    const deployed = await desk.raw(['app', 'deploy'])

    expect(deployed).toEqual({
      ok: true,
      address: expect.stringMatching(/^0x[0-9a-fA-F]{40}$/u),
      txHash: expect.stringMatching(HASH),
      orderHash: expect.stringMatching(HASH),
    })
    expect(await desk.raw(['app', 'show'])).toMatchObject({ app: { appChecksum: digest } })
  })

  test('--no-publish registers alone; repeated without it, the same app goes on to be sold, and once', async () => {
    await registry.pushImage('me/twice', 'latest')
    const desk = project(1, { name: 'twice', price: '7 nRLC', multiaddr: `${registry.host}/me/twice` })

    const registered = await desk.raw(['app', 'deploy', '--no-publish'])
    const sold = await desk.raw(['app', 'deploy'])
    const again = await desk.iexec(['app', 'deploy'])

    expect(registered).toEqual({ ok: true, address: expect.any(String), txHash: expect.stringMatching(HASH) })
    expect(sold).toEqual({ ok: true, address: registered['address'], orderHash: expect.stringMatching(HASH) })
    expect(again.out).toContain('registered before at this address')
    expect(again.out).toMatch(/still for sale at +7 nRLC a run/u)
    const address = registered['address'] as Address
    expect((await (await house.user(2)).orderbooks.fetchApps({ app: address })).count).toBe(1)
    // Without a tag, old workers would pull all that there are.
    expect(await desk.raw(['app', 'show'])).toMatchObject({ app: { appMultiaddr: `${registry.host}/me/twice:latest` } })
  })

  test('without a price it is registered, and said not to be for sale', async () => {
    await registry.pushImage('me/free', '1')
    const desk = project(1, { name: 'free', multiaddr: `${registry.host}/me/free:1` })

    const { exitCode, out } = await desk.iexec(['app', 'deploy'])

    expect(exitCode).toBe(0)
    expect(out).toContain('It is not for sale. To sell it: iexec app publish --price')
  })

  test("the checksum that the template left behind is not taken for another image's", async () => {
    const digest = await registry.pushImage('me/own', '1')
    const desk = deskOf(1, house.chain)
    await desk.iexec(['app', 'init'])
    const { app } = desk.read('iexec.json')
    desk.write('iexec.json', { app: { ...(app as object), multiaddr: `${registry.host}/me/own:1` } })

    await desk.raw(['app', 'deploy'])

    expect(await desk.raw(['app', 'show'])).toMatchObject({ app: { appChecksum: digest } })
  })

  test('a checksum that the registry does not have is refused before anything is signed, with what it has', async () => {
    const digest = await registry.pushImage('me/typo', '2')
    const checksum = `0x${'ab'.repeat(32)}`
    const image = `${registry.host}/me/typo`
    const desk = project(1, { name: 'typo', price: 1, checksum, multiaddr: `${image}:2` })

    const typo = await desk.iexec(['app', 'deploy'])
    desk.write('iexec.json', { app: { name: 'typo', price: 1, checksum, multiaddr: `${image}:3` } })
    const nothing = await desk.iexec(['app', 'deploy'])

    expect(typo.errors).toContain(
      `app.checksum is sha256:${'ab'.repeat(32)}, and ${registry.host} has no such image of me/typo: ${image}:2 is sha256:${digest.slice(2)}.`,
    )
    expect(typo.errors).toContain('Remove app.checksum from iexec.json')
    expect(nothing.errors).toContain(`there is no ${image}:3 either`)
    expect([typo.exitCode, nothing.exitCode]).toEqual([1, 1])
    expect(() => desk.read('deployed.json')).toThrow('ENOENT')
  })

  test('a checksum that is left of an older version is registered, with a warning that names both', async () => {
    const older = await registry.pushImage('me/versions', '1')
    const newer = await registry.pushImage('me/versions', '2', 'linux/arm64')
    const app = { name: 'versions', checksum: older, multiaddr: `${registry.host}/me/versions` }

    const left = await project(1, { ...app, multiaddr: `${app.multiaddr}:2` }).iexec(['app', 'deploy'])
    const right = await project(1, { ...app, multiaddr: `${app.multiaddr}:1` }).iexec(['app', 'deploy'])

    expect(left.exitCode).toBe(0)
    expect(left.errors).toContain(
      `app.checksum is sha256:${older.slice(2)}, and ${app.multiaddr}:2 is sha256:${newer.slice(2)} now`,
    )
    expect(right.exitCode).toBe(0)
    expect(right.errors).not.toContain('app.checksum')
  })

  test('a project of 2018 is upgraded with one line, and deployed', async () => {
    await registry.pushImage('me/vanity', '1.0.0')
    const envvars = `XWDOCKERIMAGE=${registry.host}/me/vanity:1.0.0`
    const desk = project(1, { name: 'VanityEth', price: 1, params: { type: 'DOCKER', envvars } })

    const { exitCode, out, errors } = await desk.iexec(['app', 'deploy'])

    expect(exitCode).toBe(0)
    expect(errors).toContain('iexec.json is of 2018, and was upgraded: app.params.envvars is app.multiaddr')
    expect(out).toMatch(/for sale at +1 nRLC a run/u)
    expect(desk.read('iexec.json.2018')).toMatchObject({ app: { params: { envvars } } })
  })

  test.each([
    { image: 'me/none:1', says: /There is no image me\/none with the tag "1" at 127\.0\.0\.1:\d+\./u },
    { image: 'me/tags:2', says: /There is no image me\/tags with the tag "2" at/u },
    { image: `me/tags@sha256:${'ab'.repeat(32)}`, says: /with the digest sha256:abab/u },
    { image: 'Me/Tags:1', says: /is no image\.\n.*lower case: me\/tags/u },
  ])('$image is refused before anything is signed', async ({ image, says }) => {
    await registry.pushImage('me/tags', '1')
    const desk = project(1, { name: 'a', price: 1, multiaddr: `${registry.host}/${image}` })

    const { exitCode, errors, out } = await desk.iexec(['app', 'deploy'])

    expect(errors).toMatch(says)
    expect([exitCode, out]).toEqual([1, ''])
    expect(() => desk.read('deployed.json')).toThrow('ENOENT')
  })

  test('a registry that is down is named, with what to do', async () => {
    const desk = project(1, { name: 'a', price: 1, multiaddr: '127.0.0.1:9/me/app:1' })

    const { exitCode, errors } = await desk.iexec(['app', 'deploy'])

    expect(exitCode).toBe(1)
    expect(errors).toMatch(/The registry 127\.0\.0\.1:9 cannot be reached: .+\.\n {2}Look whether/u)
  })

  test('with a checksum an app is registered without the answer of a registry that is down, which is said', async () => {
    const checksum = `0x${'ab'.repeat(32)}`
    const desk = project(1, { name: 'a', checksum, multiaddr: '127.0.0.1:9/me/app:1' })

    const { exitCode, errors } = await desk.iexec(['app', 'deploy'])

    expect(exitCode).toBe(0)
    expect(errors).toContain('Nobody looked whether 127.0.0.1:9 has what app.checksum names: The registry 127.0.0.1:9')
  })
})

describe.skipIf(!hasRegistry)(`a registry with logins, ${REGISTRY_WORDS}`, () => {
  let house: House
  beforeAll(async () => {
    house = await startHouse()
  })
  afterAll(async () => {
    await house.stop()
  })

  test('who asks as nobody gets a token for what is public, and is told when it is not', async () => {
    const registry = await startRegistry({ login: 'token' })
    try {
      const digest = await registry.pushImage('me/public', '1')
      await registry.pushImage('private/app', '1')
      const desk = deskOf(1, house.chain)
      desk.write('iexec.json', { app: { name: 'a', multiaddr: `${registry.host}/me/public:1` } })

      const deployed = await desk.raw(['app', 'deploy'])
      const shown = await desk.raw(['app', 'show'])
      desk.write('iexec.json', { app: { name: 'a', multiaddr: `${registry.host}/private/app:1` } })
      const refused = await desk.iexec(['app', 'deploy'])

      expect(deployed).toMatchObject({ ok: true })
      expect(shown).toMatchObject({ app: { appChecksum: digest } })
      // One for all that is read of an image.
      expect(registry.tokensGiven()).toBe(2)
      expect(refused.exitCode).toBe(1)
      expect(refused.errors).toMatch(/gives nobody an image private\/app: there is none, or it is private/u)
    } finally {
      await registry.stop()
    }
  })

  test('a login with a password is none that workers have', async () => {
    const registry = await startRegistry({ login: 'password' })
    try {
      const desk = deskOf(1, house.chain)
      desk.write('iexec.json', { app: { name: 'a', multiaddr: `${registry.host}/me/app:1` } })

      const { exitCode, errors } = await desk.iexec(['app', 'deploy'])

      expect(exitCode).toBe(1)
      expect(errors).toMatch(/gives nobody an image me\/app/u)
    } finally {
      await registry.stop()
    }
  })
})

function chainEntry({ chain }: House): object {
  return { id: String(chain.chainId), host: chain.rpcUrls?.[0], hub: chain.hub, iexecGateway: chain.marketUrl }
}
