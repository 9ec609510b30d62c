// Images are had, built and pushed in a real engine; what cannot be is one plain sentence.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestEngineAddress } from '@iexec/runtime/test/engine'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { openEngine } from './engine.ts'
import { buildImage, pushImage, requireImage } from './image.ts'

const engineHere = inject('engine')
/** Nobody listens there. */
const NOWHERE = '127.0.0.1:1'

/** A folder with a program and a Dockerfile. */
function makeContext({ busybox }: TestEngineAddress, dockerfile: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'image-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  cpSync(busybox, join(folder, 'busybox'))
  writeFileSync(join(folder, 'secret.txt'), 'of somebody')
  writeFileSync(join(folder, 'Dockerfile'), dockerfile)
  return folder
}

describe.skipIf(engineHere === undefined)('images of an engine', () => {
  const { host = '', registry = '', busybox = '' } = engineHere ?? {}
  const files = ['Dockerfile', 'busybox'] as const

  test('an image is built step by step from the files that are named, and the registry then has it under the digest that is told', async () => {
    const engine = await openEngine(host)
    const folder = makeContext({ host, registry, busybox }, 'FROM scratch\nCOPY . /\n')
    const heard: string[] = []
    const tag = 'iexec-network-image-test:1'

    await buildImage(engine, { folder, files, tag }, (words) => heard.push(words))
    const pushed = await pushImage(engine, { image: tag, repository: `${registry}/network/image`, tag: '1' })
    await requireImage(engine, pushed.reference)

    expect(heard).toEqual(['step 1/2: FROM scratch', 'step 2/2: COPY . /'])
    const manifest = await fetch(`http://${registry}/v2/network/image/manifests/${pushed.digest}`, {
      headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
    })
    expect(manifest.status).toBe(200)
  })

  test('an image is had by its digest, with a tag beside it or without, and what is no name of an image is told', async () => {
    const engine = await openEngine(host)
    const tag = 'iexec-network-image-test:4'
    const folder = makeContext({ host, registry, busybox }, 'FROM scratch\nCOPY busybox /\n')
    await buildImage(engine, { folder, files, tag }, () => undefined)
    const repository = `${registry}/network/pinned`
    const { digest, reference } = await pushImage(engine, { image: tag, repository, tag: '4' })
    const remove = async (): Promise<void> => {
      for (const name of [tag, reference])
        await engine.docker
          .getImage(name)
          .remove({ force: true })
          .catch(() => undefined)
      const left = await engine.docker.listImages({ filters: { reference: [repository] } })
      for (const { Id } of left) await engine.docker.getImage(Id).remove({ force: true })
    }

    for (const pinned of [`${repository}@${digest}`, `${reference}@${digest}`]) {
      await remove()
      await requireImage(engine, pinned)

      expect((await engine.docker.getImage(`${repository}@${digest}`).inspect()).RepoDigests).toContain(
        `${repository}@${digest}`,
      )
    }
    await expect(requireImage(engine, 'No:Name:1')).rejects.toThrow('"No:Name:1" is no name of an image')
  })

  test.each([
    ['a base that cannot be had', `FROM ${NOWHERE}/base\n`, 'connection refused'],
    ['a file that is not among those that are named', 'FROM scratch\nCOPY secret.txt /\n', 'secret.txt'],
  ])('%s is told in one line', async (_, dockerfile, why) => {
    const engine = await openEngine(host)
    const folder = makeContext({ host, registry, busybox }, dockerfile)

    const built = buildImage(engine, { folder, files, tag: 'iexec-network-image-test:2' }, () => undefined)

    await expect(built).rejects.toThrow(new RegExp(`^The image cannot be built: [^\n]*${why}[^\n]*$`, 'u'))
  })

  test('an image that nobody has, and a registry that does not answer, are told in one line', async () => {
    const engine = await openEngine(host)
    const tag = 'iexec-network-image-test:3'
    const folder = makeContext({ host, registry, busybox }, 'FROM scratch\nCOPY busybox /\n')
    await buildImage(engine, { folder, files, tag }, () => undefined)

    // What is to be pushed is called by its place first, so nobody may look for that name meanwhile.
    const place = { image: tag, repository: `${NOWHERE}/nothing`, tag: '7' }
    const tried = await Promise.allSettled([requireImage(engine, `${NOWHERE}/nothing:8`), pushImage(engine, place)])

    const [had, pushed] = tried.map((one) => (one.status === 'rejected' ? String(one.reason) : 'done'))
    expect(had).toMatch(/: The image 127\.0\.0\.1:1\/nothing:8 cannot be had: [^\n]+$/u)
    expect(pushed).toMatch(/: The image cannot be pushed to 127\.0\.0\.1:1\/nothing:7: [^\n]+$/u)
  })
})
