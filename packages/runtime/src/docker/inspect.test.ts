// What sellers hear of an image before they register it.
import { readFileSync } from 'node:fs'
import { describe, expect, inject, test } from 'vitest'
import { pushImage, type TestEngineAddress } from '../../test/engine.ts'
import { inspectImage, type ImageReport } from './inspect.ts'

const address = inject('engine')
const signal = new AbortController().signal
/** This very program loads glibc. */
const dynamic = { path: 'bin/dynamic', content: readFileSync(process.execPath).subarray(0, 100_000) }

async function inspect(reference: string): Promise<ImageReport> {
  return inspectImage(reference, { host: address?.host ?? '', label: 'inspect.test', signal, seconds: 60 })
}

describe.skipIf(address === undefined)('with a real Docker Engine', () => {
  test('an image is told as every worker sees it', async () => {
    const config = { User: 'app', Volumes: { '/data': {} }, Cmd: ['-c', 'echo hello'] }
    const pushed = await pushImage(address as TestEngineAddress, { repository: 'inspect/good', tag: '1', config })

    const report = await inspect(pushed.image)

    expect(report).toEqual({
      id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/u),
      digests: [`${pushed.image.replace(':1', '')}@sha256:${pushed.digest.slice(2)}`],
      platform: `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`,
      sizeBytes: expect.any(Number),
      user: 'app',
      entrypoint: ['/bin/sh'],
      command: ['-c', 'echo hello'],
      volumes: ['/data'],
      program: { path: '/bin/busybox', linkage: 'static' },
      refusals: [],
    })
    expect(report.sizeBytes).toBeGreaterThan(1e6)
  })

  test.each([
    [['dynamic'], { path: '/bin/dynamic', linkage: 'glibc' }],
    [['/bin/dynamic', 'x'], { path: '/bin/dynamic', linkage: 'glibc' }],
    [['/app/script'], { path: '/bin/dynamic', linkage: 'glibc' }],
    [['/app/shell'], { path: '/bin/busybox', linkage: 'static' }],
    [['/app/text'], { path: '/app/text', linkage: 'unknown' }],
    [['/app/endless'], undefined],
    [['nothing'], undefined],
  ])('what %j starts is found, through links and scripts', async (Entrypoint, expected) => {
    const files = [
      dynamic,
      { path: 'app/' },
      { path: 'app/script', content: '#!/bin/env -S dynamic --flag\n' },
      { path: 'app/shell', content: '#! /bin/sh\necho\n' },
      { path: 'app/endless', content: '#!/app/endless\n' },
      { path: 'app/text', content: 'no program' },
    ]
    const { image } = await pushImage(address as TestEngineAddress, {
      repository: 'inspect/program',
      tag: Entrypoint.join('-').replaceAll('/', '_'),
      files,
      config: { Entrypoint },
    })

    const { program } = await inspect(image)

    expect(program).toEqual(expected)
  })

  test('every reason for which workers refuse an image is told', async () => {
    const { image } = await pushImage(address as TestEngineAddress, {
      repository: 'inspect/bad',
      files: [{ path: 'iexec/' }, { path: 'iexec_out/' }],
    })

    const { refusals } = await inspect(image)

    expect(refusals).toEqual([
      expect.stringContaining('inspect/bad brings /iexec,'),
      expect.stringContaining('inspect/bad brings /iexec_out,'),
    ])
  })

  test('an image that nobody has is no image', async () => {
    const nowhere = `${address?.registry}/inspect/nothing:7`

    await expect(inspect(nowhere)).rejects.toThrow(
      /^The image .*\/inspect\/nothing:7 could not be downloaded: .*not found/u,
    )
    await expect(inspect('../x')).rejects.toThrow('"../x" is no reference of an image.')
  })
})
