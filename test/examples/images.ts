// Examples that are images, as their makers and buyers meet them: built, seen to run, checked, sold, bought with trust, looked at.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { accountOf } from '@iexec/chain/test/anvil'
import { APP_OWNER, REQUESTER, type Network } from '@iexec/network/test/startNetwork'
import { asTaskId } from '@iexec/protocol'
import { readZip, type ShownTask } from '@iexec/sdk'
import { sha256, type Hex } from 'viem'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { deskOf, type OwnDesk } from '../desk.ts'
import { installWorker } from '../outer.ts'
import { buildBase, imageMagickParts } from './base.ts'
import { theShop } from './market.ts'
import type { ImagesShop } from './shop.ts'

const EXAMPLES = join(import.meta.dirname, '../../examples')
const TRUST = 8n
const engine = inject('engine')
// In CI it must be there: there, the test fails instead of being skipped.
const hasImageMagick = process.env['CI'] !== undefined || existsSync('/usr/bin/convert')
// Images are built and pushed, checked by several runs, and computed three times: on a busy machine that takes a while.
const LONG = 240_000

describe.skipIf(engine === undefined)('images of examples', { timeout: LONG }, () => {
  let network: Network
  let shop: ImagesShop
  let host: string
  beforeAll(() => {
    const { images, ...market } = theShop()
    if (engine === undefined || images === undefined) return
    host = engine.host
    shop = images
    network = market.network
  })

  /** Builds and pushes the image of an example, and returns its reference. */
  function publish(example: string, base: string): string {
    const image = `${engine?.registry}/examples/${example}:1.0.0`
    const words = ['--network', 'none', '--build-arg', `BASE=${base}`, '--tag', image]
    shop.docker(['build', ...words, join(EXAMPLES, example)])
    shop.docker(['push', image])
    return image
  }

  /** The folder of the example's owner, with the example's own iexec.json: only the place of the image differs. */
  function ownersDesk(example: string, image: string): OwnDesk {
    const desk = deskOf(APP_OWNER, network.chain)
    installWorker(desk)
    const file = JSON.parse(readFileSync(join(EXAMPLES, example, 'iexec.json'), 'utf8')) as { readonly app: object }
    const { address: owner } = accountOf(APP_OWNER)
    desk.write('iexec.json', { ...file, app: { ...file.app, owner, multiaddr: image } })
    return desk
  }

  /** Puts a file of an example into the storage, and returns a path that ends in its name. */
  async function store(example: string, name: string): Promise<string> {
    const form = new FormData()
    form.append('file', new Blob([readFileSync(join(EXAMPLES, example, name))]), name)
    const url = `${network.services.storage.url}/api/v0/add?wrap-with-directory=true`
    const said = await (await fetch(url, { method: 'POST', body: form })).text()
    const { Hash: folder } = JSON.parse(said.trim().split('\n').at(-1) ?? '') as { readonly Hash: string }
    return `/ipfs/${folder}/${name}`
  }

  type Bought = { readonly task: ShownTask; readonly files: ReadonlyMap<string, Uint8Array> }

  /** Buys a run with trust by the command, and returns its task and the files of its result. */
  async function buy(app: string, words: readonly string[]): Promise<Bought> {
    const desk = deskOf(REQUESTER, network.chain)
    const line = ['app', 'run', app, ...words, '--trust', String(TRUST), '--force', '--download', 'result.zip']
    const { exitCode, out, errors } = await desk.iexec(line)
    expect([exitCode, errors]).toEqual([0, expect.any(String)])
    const id = asTaskId(/task +(0x[0-9a-f]{64})/u.exec(out)?.[1])
    const files = readZip(readFileSync(join(desk.folder, 'result.zip')))
    return {
      task: await (await network.user(REQUESTER)).tasks.show(id),
      files: new Map(files.map(({ name, read }) => [name, read()])),
    }
  }

  // runs: docker build --tag registry.example/me/image-magic:1.0.0 .
  // runs: docker run --network none -v $(pwd):/iexec --rm registry.example/me/image-magic:1.0.0 rocket.jpg -resize 320x -sepia-tone 80% rocket-320.png
  // runs: iexec app check --args "rocket.jpg -resize 320x -sepia-tone 80% rocket-320.png" --input-file rocket.jpg
  // runs: docker push registry.example/me/image-magic:1.0.0
  // runs: iexec app deploy
  // runs: iexec app run 0x… --args "rocket.jpg -resize 320x -sepia-tone 80% rocket-320.png" --input-files /ipfs/…/rocket.jpg --trust 8 --download result.zip
  test.skipIf(!hasImageMagick)(
    `image-magic${hasImageMagick ? '' : ' SKIPPED without ImageMagick (apt-get install imagemagick)'}: a program that knows nothing of us is bought with trust, though its files differ at every run`,
    async () => {
      const image = publish('image-magic', buildBase(shop, 'with-imagemagick', imageMagickParts()))
      const words = 'rocket.jpg -resize 320x -sepia-tone 80% rocket-320.png'

      // As the article of 2018 tries it.
      const seen = [2018, 2026].map((year) => {
        const folder = shop.makeFolder()
        const picture = join(folder, 'rocket.jpg')
        copyFileSync(join(EXAMPLES, 'image-magic/rocket.jpg'), picture)
        utimesSync(picture, new Date(`${year}-12-01`), new Date(`${year}-12-01`))
        shop.docker(['run', '--network', 'none', '-v', `${folder}:/iexec`, '--rm', image, ...words.split(' ')])
        return {
          picture: readFileSync(join(folder, 'rocket-320.png')),
          vote: readFileSync(join(folder, 'consensus.iexec')),
        }
      })
      const owner = ownersDesk('image-magic', image)
      copyFileSync(join(EXAMPLES, 'image-magic/rocket.jpg'), join(owner.folder, 'rocket.jpg'))
      const asked = ['--args', words, '--input-file', 'rocket.jpg', '--docker-host', host]
      const checked = await owner.raw(['app', 'check', ...asked])
      const { address: app } = await owner.raw(['app', 'deploy'])
      const rocket = await store('image-magic', 'rocket.jpg')
      const { task, files } = await buy(String(app), ['--args', words, '--input-files', rocket])

      const [first, second] = seen
      expect(first?.picture.equals(second?.picture ?? Buffer.of())).toBe(false)
      expect(first?.vote.toString()).toMatch(/^PNG 320 214 [0-9a-f]{64}\n$/u)
      expect(second?.vote).toEqual(first?.vote)
      const digest = sha256(first?.vote ?? Buffer.of())
      expect(checked).toMatchObject({ ok: true, refusals: [], report: { kind: 'deterministic', digest } })
      expect(agreedOn(task)).toBe(digest)
      expect(task.contributions.map(({ status }) => status)).toEqual(['proved', 'proved', 'proved'])
      expect(files.get('consensus.iexec')).toEqual(new Uint8Array(first?.vote ?? []))
      // What it was given is no result.
      expect(files.has('rocket.jpg')).toBe(false)
      expect(sizeOfPng(files.get('rocket-320.png'))).toEqual([320, 214])
    },
  )

  // runs: npx -y pnpm@12.21.0 exec node build.ts
  // runs: docker build --tag registry.example/me/text-recognition:1.0.0 .
  // runs: iexec app check --input-file page.png
  // runs: docker push registry.example/me/text-recognition:1.0.0
  // runs: iexec app run 0x… --input-files /ipfs/…/page.png --trust 8 --download result.zip
  test('text-recognition: workers read the same in a photographed page, to the last digit, though all of the result counts', async () => {
    execFileSync(process.execPath, [join(EXAMPLES, 'text-recognition/build.ts')])
    const image = publish('text-recognition', shop.nodeBase)
    const owner = ownersDesk('text-recognition', image)
    copyFileSync(join(EXAMPLES, 'text-recognition/page.png'), join(owner.folder, 'page.png'))

    const checked = await owner.raw(['app', 'check', '--input-file', 'page.png', '--docker-host', host])
    const { address: app } = await owner.raw(['app', 'deploy'])
    const page = await store('text-recognition', 'page.png')
    const { task, files } = await buy(String(app), ['--input-files', page])

    expect(checked).toMatchObject({ ok: true, refusals: [], report: { kind: 'deterministic', digest: agreedOn(task) } })
    expect(task.contributions.map(({ status }) => status)).toEqual(['proved', 'proved', 'proved'])
    const text = new TextDecoder().decode(files.get('picture-1.txt'))
    // As the guide of the example shows it.
    expect(readFileSync(join(EXAMPLES, 'text-recognition/README.md'), 'utf8')).toContain(`\n${text}\`\`\`\n`)
    const lines = JSON.parse(new TextDecoder().decode(files.get('picture-1.json'))) as readonly object[]
    expect(lines).toHaveLength(7)
    const [title] = lines as readonly [{ readonly confidence: number }]
    expect(title).toMatchObject({ text: 'Region-based segmentation' })
    expect(title.confidence).toBeGreaterThan(0.95)
  })
})

/** What the workers agreed on, as the chain has it. */
function agreedOn({ record }: ShownTask): Hex | undefined {
  return record.status === 'completed' ? record.consensus.resultDigest : undefined
}

/** Width and height. */
function sizeOfPng(bytes: Uint8Array = new Uint8Array(24)): readonly number[] {
  const header = Buffer.from(bytes)
  return [header.readUInt32BE(16), header.readUInt32BE(20)]
}
