// iexec init and iexec info: the beginning of a project, without a network.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { addressOf, startHouse, type House } from '../house.ts'
import { deskOf } from '../desk.ts'
import { openDesk, type Desk } from '../iexec.ts'

function emptyDesk(): Desk {
  const desk = openDesk()
  onTestFinished(desk.clear)
  return desk
}

describe('iexec init', () => {
  test('makes both files and a wallet under a password, and needs no network', async () => {
    const desk = emptyDesk()
    const call = desk.person(['init'])

    await call.sees('Choose a password')
    call.types('correct horse')
    await call.sees('Once more')
    call.types('correct horse')
    await call.sees(/wallet +0x[0-9a-fA-F]{40}, new/u)

    expect(await call.ended).toBe(0)
    expect(readdirSync(desk.folder).toSorted()).toEqual(['chain.json', 'iexec.json'])
    expect(readdirSync(join(desk.home, '.ethereum/keystore'))).toHaveLength(1)
    expect(Object.keys(JSON.parse(readFileSync(join(desk.folder, 'iexec.json'), 'utf8')) as object)).toEqual([
      'description',
      'license',
      'author',
      'social',
      'logo',
    ])
  })

  test('in raw, has the keys that scripts know, and takes the wallet that is there', async () => {
    const desk = deskOf(1)

    const { ok, walletAddress, walletFile, configFile, chainConfigFile, ...more } = await desk.raw(['init'])

    expect({ ok, walletAddress, more }).toEqual({ ok: true, walletAddress: addressOf(1), more: {} })
    expect([walletFile, configFile, chainConfigFile]).toEqual(
      ['wallet.json', 'iexec.json', 'chain.json'].map((name) => join(desk.folder, name)),
    )
    expect(await desk.raw(['init', '--skip-wallet'])).toEqual({ ok: true, configFile, chainConfigFile })
  })

  test('a person is asked before a file is replaced, and Enter keeps it', async () => {
    const desk = deskOf(1)
    desk.write('iexec.json', { mine: true })
    const call = desk.person(['init'])

    await call.sees('iexec.json is there already. Replace it? [y/N]')
    call.types('')
    await call.sees(/iexec\.json +kept as it is/u)
    await call.sees(/chain\.json +written/u)

    expect(await call.ended).toBe(0)
    expect(desk.read('iexec.json')).toEqual({ mine: true })
  })

  test('where nobody can be asked, a file is kept, and --force replaces it but never a wallet', async () => {
    const desk = deskOf(1)
    desk.write('iexec.json', { mine: true })
    const wallet = desk.read('wallet.json')

    const kept = await desk.iexec(['init'])
    const afterKept = desk.read('iexec.json')
    const replaced = await desk.iexec(['init', '--force', '--unencrypted'])

    expect([kept.exitCode, replaced.exitCode]).toEqual([0, 0])
    expect(afterKept).toEqual({ mine: true })
    expect(desk.read('iexec.json')).not.toHaveProperty('mine')
    expect(desk.read('wallet.json')).toEqual(wallet)
  })

  test('two different passwords leave nothing behind', async () => {
    const desk = emptyDesk()
    const call = desk.person(['init'])

    await call.sees('Choose a password')
    call.types('one')
    await call.sees('Once more')
    call.types('other')
    await call.sees('The two passwords differ')

    expect(await call.ended).toBe(2)
    expect(readdirSync(desk.folder)).toEqual([])
  })
})

describe('iexec info', () => {
  let house: House
  let desk: Desk
  beforeAll(async () => {
    house = await startHouse()
    desk = openDesk(house.chain)
  })
  afterAll(async () => {
    desk.clear()
    await house.stop()
  })

  test('in raw, has exactly the keys that scripts know', async () => {
    const { ok, pocoVersion, host, ...addresses } = await desk.raw(['info'])

    expect({ ok, pocoVersion, host }).toEqual({ ok: true, pocoVersion: '5.0.0', host: house.chain.rpcUrls?.[0] })
    expect(Object.keys(addresses)).toEqual([
      'hubAddress',
      'rlcAddress',
      'appRegistryAddress',
      'datasetRegistryAddress',
      'workerpoolRegistryAddress',
    ])
    expect(addresses['hubAddress']).toBe(house.chain.hub)
  })

  test('names the chain and its market for people', async () => {
    const { out } = await desk.iexec(['info'])

    expect(out).toMatch(/^Chain test \(31337\)$/mu)
    expect(out).toContain(house.marketUrl)
  })

  test('a chain.json for another chain than the node has is said with both ids', async () => {
    const other = openDesk({ ...house.chain, chainId: 1 })
    onTestFinished(other.clear)

    const { exitCode, errors } = await other.iexec(['info'])

    expect(exitCode).toBe(1)
    expect(errors).toMatch(/31337/u)
    expect(errors).toMatch(/\b1\b/u)
  })

  test('a chain.json with a typing error is said with the key', async () => {
    const other = openDesk(house.chain)
    onTestFinished(other.clear)
    writeFileSync(join(other.folder, 'chain.json'), JSON.stringify({ chains: { a: { hubb: '0x' } } }))

    const { exitCode, errors } = await other.iexec(['info'])

    expect(exitCode).toBe(1)
    expect(errors).toContain('chains.a has a key "hubb"')
  })

  test('a mistyped address of the hub is refused as every other address is', async () => {
    const hub = '0x00000000000000000000000000000000000000aA'
    const other = openDesk({ ...house.chain, hub })
    onTestFinished(other.clear)

    const { exitCode, errors } = await other.iexec(['info'])

    expect(exitCode).toBe(1)
    expect(errors).toContain(`chains.test.hub: "${hub}" has a typing error`)
  })
})
