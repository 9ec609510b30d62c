// The image of a service, built from its Dockerfile on a base of Debian's packages, and at work as compose.yaml runs it.
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startMarket, type TestMarket } from '@iexec/chain/test/market'
import { accountOf, keyOf } from '@iexec/chain/test/anvil'
import { findPort } from '@iexec/network/test/findPort'
import { parseEther } from 'viem'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { readCompose } from './compose.ts'
import { openServiceShop, type ImageShop } from './imageShop.ts'

const engine = inject('engine')
// Built once, on a machine that does much else.
const LONG = 240_000
const NOBODY = 10_001
const ACCOUNT = 4

describe.skipIf(engine === undefined)('the image of the keeper', { timeout: LONG }, () => {
  let shop: ImageShop
  let market: TestMarket
  let port: number
  beforeAll(async () => {
    if (engine === undefined) return
    ;[shop, market] = await Promise.all([openServiceShop(engine, 'keeper'), startMarket()])
    // The container is on the network of this machine.
    port = await findPort()
    await market.anvil.client(0).setBalance({ address: accountOf(ACCOUNT).address, value: parseEther('1') })
  }, LONG)
  afterAll(async () => {
    await market.stop()
    shop.clear()
  })

  /** Secrets as compose.yaml mounts them. */
  function writeSecrets(owner: number): readonly string[] {
    const folder = mkdtempSync(join(tmpdir(), 'iexec-secrets-'))
    onTestFinished(() => {
      rmSync(folder, { recursive: true })
    })
    const files = {
      settings: `KEEPER_RPC="${market.anvil.url}"\nKEEPER_HUB="${market.addresses.hub}"\n`,
      key: keyOf(ACCOUNT),
    }
    return Object.entries(files).flatMap(([name, content]) => {
      const path = join(folder, name)
      writeFileSync(path, content, { mode: 0o600 })
      chownSync(path, owner, owner)
      return ['-v', `${path}:/run/secrets/${name}:ro`]
    })
  }

  /** What `docker run` is told of a container that Compose would start. */
  function asCompose(owner: number = NOBODY): readonly string[] {
    const { keeper } = readCompose().services
    const [program, ...words] = keeper.entrypoint
    const rights =
      '--init --read-only --tmpfs /tmp:mode=1777 --cap-drop ALL --security-opt no-new-privileges --pids-limit 512'
    return [
      ...rights.split(' '),
      // The engine of tests has no network of its own.
      '--network',
      'host',
      ...Object.entries({ ...keeper.environment, KEEPER_PORT: String(port) }).flatMap(([name, value]) => [
        '-e',
        `${name}=${value}`,
      ]),
      ...writeSecrets(owner),
      '--entrypoint',
      program,
      'iexec-keeper:local',
      ...words,
    ]
  }

  test('runs as nobody on a read-only file system with its secrets in files, is healthy, keeps its tables, and ends in order', async () => {
    const id = (await shop.docker('run', '--detach', ...asCompose())).trim()
    onTestFinished(async () => {
      await shop.docker('rm', '--force', '--volumes', id)
    })

    const health = await shop.docker('inspect', '--format', '{{json .Config.Healthcheck.Test}}', id)
    const [, ...check]: readonly string[] = JSON.parse(health)
    await expect
      .poll(async () => shop.docker('logs', id), { timeout: LONG })
      .toContain(`listens on http://0.0.0.0:${port}`)
    await expect
      .poll(async () => shop.docker('exec', id, ...check).then(() => 'healthy', String), { timeout: LONG })
      .toBe('healthy')

    expect(await shop.docker('exec', id, 'id')).toContain(`uid=${NOBODY} gid=${NOBODY}`)
    expect(await shop.docker('exec', id, 'find', '/data', '-name', '*.sqlite')).toContain('keeper')
    await expect(shop.docker('exec', id, 'touch', '/app/mine')).rejects.toThrow('Read-only file system')
    expect(await shop.docker('inspect', '--format', '{{json .Config.Env}}', id)).not.toContain(market.anvil.url)
    await shop.docker('stop', id)
    expect((await shop.docker('inspect', '--format', '{{.State.ExitCode}}', id)).trim()).toBe('0')
  })

  test('does not start when it may not read its settings', async () => {
    await expect(shop.docker('run', '--rm', ...asCompose(0))).rejects.toThrow('/run/secrets/settings: not found')
  })
})
