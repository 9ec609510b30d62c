// Apps that mean harm, and apps that have bad luck: each is contained, its end is named, and the next app runs as ever.
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { lstat, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { pushImage, startEngine, type PushedImage, type TestEngineAddress } from '../../test/engine.ts'
import { newFolders, newJob, type JobParts } from '../../test/runs.ts'
import { MachineFault, type PreparedApp, type Ran, type RunFolders } from '../job.ts'
import { createDockerEngine } from './index.ts'
import { connect } from './options.ts'

const address = inject('engine')
const MIB = 2 ** 20
const LABEL = 'badDays.test'

describe.skipIf(address === undefined)('in a real Docker Engine', () => {
  let source: PushedImage
  let shell: PreparedApp
  const signal = new AbortController().signal

  beforeAll(async () => {
    const here = address as TestEngineAddress
    source = await pushImage(here, { repository: 'test/shell' })
    shell = await createDockerEngine({ host: here.host, label: LABEL }).prepare(source, { signal, seconds: 60 })
  })

  afterEach(async () => {
    const filters = { label: [`iexec.worker=${LABEL}`] }
    const left = await connect({ host: address?.host ?? '' }).listContainers({ all: true, filters })
    if (left.length > 0) throw new Error(`${left.length} containers are left behind.`)
  })

  const say = async (script: string, folders: RunFolders, parts: JobParts = {}): Promise<Ran> =>
    shell.run(newJob(source, { args: ['-c', script], ...parts }), folders, { signal })

  test('an app that sleeps for ever ends at its time limit', async () => {
    await using folders = await newFolders()

    const ran = await say('trap "" TERM INT; echo asleep; sleep 1000', folders, { limits: { seconds: 0.5 } })

    expect(ran.ending).toEqual({ kind: 'timeout' })
    expect(ran.stdout.text).toBe('asleep\n')
    expect(ran.milliseconds).toBeLessThan(10_000)
  })

  test('an app that takes more memory than it may is told so, and one that any other signal ends by its exit code', async () => {
    await using folders = await newFolders()

    const bomb = await say('x=aaaaaaaa; while :; do x=$x$x; done', folders, { limits: { memoryBytes: 16 * MIB } })
    const signalled = await say('sh -c "kill -SEGV \\$\\$"; exit $?', folders)

    expect(bomb.ending).toEqual({ kind: 'out-of-memory' })
    expect(signalled.ending).toEqual({ kind: 'exited', exitCode: 139 })
  })

  test('an app that outlives a child of it which took too much memory ends as it says itself', async () => {
    await using folders = await newFolders()
    const script = 'sh -c "x=aaaaaaaa; while :; do x=\\$x\\$x; done"; echo child: $?'

    const ran = await say(script, folders, { limits: { memoryBytes: 16 * MIB } })

    expect(ran.stdout.text).toBe('child: 137\n')
    expect(ran.ending).toEqual({ kind: 'exited', exitCode: 0 })
  })

  test('what is written to /tmp counts as memory, and half of the memory is all there is', async () => {
    await using folders = await newFolders()

    const ran = await say('dd if=/dev/zero of=/tmp/x bs=1M count=100 2>&1; ls -l /tmp/x', folders, {
      limits: { outputBytes: 100 * MIB },
    })

    expect(ran.stdout.text).toContain('No space left on device')
    expect(ran.stdout.text).toContain(String(32 * MIB))
  })

  test('a fork bomb has as many processes as it may, until its time is over', async () => {
    await using folders = await newFolders()

    const ran = await say('bomb() { bomb | bomb & }; bomb; sleep 1000', folders, { limits: { seconds: 1, pids: 16 } })

    expect(['timeout', 'exited']).toContain(ran.ending.kind)
    expect(ran.stderr.text).toMatch(/can't fork/u)
  })

  test('endless output is cut off, costs no memory, and ends with the time of its app', async () => {
    await using folders = await newFolders()
    const before = process.memoryUsage().rss

    const ran = await say('yes & yes error >&2', folders, { limits: { seconds: 1, logBytes: 1000 } })

    expect(ran.ending).toEqual({ kind: 'timeout' })
    expect(ran.stdout).toEqual({ text: 'y\n'.repeat(500), isCut: true })
    expect(ran.stderr.text).toHaveLength(1000)
    expect(ran.stderr.isCut).toBe(true)
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MIB)
  })

  test('an app that writes more than it may is stopped, and one that fills it exactly is not', async () => {
    await using full = await newFolders()
    await using small = await newFolders()
    await using large = await newFolders()
    const limits = { outputBytes: MIB }

    const exact = await say('dd if=/dev/zero of=/iexec_out/x bs=1024 count=1024', full, { limits })
    const many = await say(
      'for i in 1 2 3; do dd if=/dev/zero of=/iexec_out/$i bs=1024 count=600; done; sleep 1000',
      small,
      { limits },
    )
    const one = await say('trap "" XFSZ; dd if=/dev/zero of=/iexec/x bs=1024 count=2000', large, { limits })

    expect(exact.ending).toEqual({ kind: 'exited', exitCode: 0 })
    expect(many.ending).toEqual({ kind: 'disk-full' })
    expect(many.milliseconds).toBeLessThan(10_000)
    expect(one.ending).toEqual({ kind: 'disk-full' })
    expect((await lstat(join(large.legacy, 'x'))).size).toBe(MIB + 1)
  })

  test('an app that makes too many files, folders or links is stopped', async () => {
    await using files = await newFolders()
    await using nested = await newFolders()

    const many = await say('i=0; while :; do i=$((i+1)); ln -s / /iexec_out/$i; done', files)
    const deep = await say('cd /iexec_out; while :; do mkdir d; cd d; done', nested)

    expect(many.ending).toEqual({ kind: 'disk-full' })
    expect(deep.ending).toEqual({ kind: 'disk-full' })
  })

  test('folders that lie too deep to be opened are too much, and can be removed', async () => {
    await using folders = await newFolders()
    const name = 'd'.repeat(250)

    const ran = await say(
      `cd /iexec_out; i=0; while [ $i -lt 40 ]; do mkdir ${name}; cd -P ${name}; i=$((i+1)); done`,
      folders,
    )
    await rm(folders.output, { recursive: true })

    expect(ran.ending).toEqual({ kind: 'disk-full' })
  })

  test('inputs in the layout of 2018 do not count as written', async () => {
    await using folders = await newFolders()
    await writeFile(join(folders.legacy, 'input'), Buffer.alloc(2 * MIB))

    const ran = await say('echo 1 >/iexec/output', folders, { limits: { outputBytes: MIB, outputFiles: 1 } })

    expect(ran.ending).toEqual({ kind: 'exited', exitCode: 0 })
  })

  test('names with newlines and bytes that are no characters are counted as all others', async () => {
    await using folders = await newFolders()
    const script = "cd /iexec_out; echo 1 >'a\nb'; f=$(printf '\\377\\376'); dd if=/dev/zero of=$f bs=1024 count=2000"

    const ran = await say(script, folders, { limits: { outputBytes: MIB } })

    expect(ran.ending).toEqual({ kind: 'disk-full' })
    expect(await readdir(folders.output)).toContain('a\nb')
  })

  test('a disk with less free space than its reserve starts nothing', async () => {
    await using folders = await newFolders()
    const engine = createDockerEngine({ host: address?.host ?? '', label: LABEL, reserveBytes: 1e15 })
    const app = await engine.prepare(source, { signal, seconds: 60 })

    const running = app.run(newJob(source), folders, { signal })

    await expect(running).rejects.toThrow(MachineFault)
    await expect(running).rejects.toThrow(/^The disk of the runs has \d+ free bytes, and 1000000000000000 are kept/u)
  })

  test('an app that is taken back ends at once, before or after it has started', async () => {
    await using folders = await newFolders()
    const control = new AbortController()
    const job = newJob(source, { args: ['-c', 'echo 1 >/iexec_out/started; echo; sleep 1000'] })

    const after = await shell.run(job, folders, {
      signal: control.signal,
      onLog: () => {
        control.abort()
      },
    })
    const before = await shell.run(job, folders, { signal: control.signal })

    expect(after.ending).toEqual({ kind: 'aborted' })
    expect(existsSync(join(folders.output, 'started'))).toBe(true)
    expect(before).toEqual({
      ending: { kind: 'aborted' },
      stdout: { text: '', isCut: false },
      stderr: { text: '', isCut: false },
      milliseconds: 0,
    })
  })

  test('an app that somebody else kills is no result', async () => {
    await using folders = await newFolders()
    const docker = connect({ host: address?.host ?? '' })
    const job = newJob(source, { args: ['-c', 'sleep 1000'] })
    const label = [`iexec.task=${job.id}`]
    const starts = (await docker.getEvents({ filters: { label, event: ['start'] } })) as Readable

    const running = shell.run(job, folders, { signal })
    await once(starts, 'data')
    starts.destroy()
    const [container] = await docker.listContainers({ filters: { label } })
    await docker.getContainer(container?.Id ?? '').kill()

    await expect(running).rejects.toThrow(
      'Somebody else of this machine stopped the container of a task, or its engine.',
    )
  })

  test('an app that ends because its engine is stopped is no result, even when it ends well', async () => {
    await using folders = await newFolders()
    const own = await startEngine()
    const image = await pushImage(own.address, {})
    const app = await createDockerEngine({ host: own.address.host, label: LABEL }).prepare(image, {
      signal,
      seconds: 60,
    })
    const script = 'trap "echo half >/iexec_out/result; exit 0" TERM; echo; while :; do sleep 0.01; done'
    const runs = Promise.withResolvers<undefined>()

    const running = app.run(newJob(image, { args: ['-c', script] }), folders, {
      signal,
      onLog: () => {
        runs.resolve(undefined)
      },
    })
    await runs.promise
    const [ran] = await Promise.allSettled([running, own.stop()])

    expect(ran).toMatchObject({ status: 'rejected', reason: { name: 'MachineFault' } })
  })

  test('an engine that is not there is the fault of this machine', async () => {
    const engine = createDockerEngine({ host: 'unix:///nowhere/docker.sock', label: LABEL })

    const prepared = engine.prepare(source, { signal, seconds: 60 })

    await expect(prepared).rejects.toThrow(MachineFault)
    await expect(prepared).rejects.toThrow(
      `did not look for ${source.image.replace(':latest', '')}@sha256:${source.digest.slice(2)}`,
    )
    await expect(engine.sweep()).rejects.toThrow(MachineFault)
  })

  test('a folder that vanished is the fault of this machine, not of the app', async () => {
    await using folders = await newFolders()
    await mkdir(join(folders.output, 'x'))
    const elsewhere = { ...folders, input: join(folders.output, 'x', 'nothing') }

    const running = shell.run(newJob(source), elsewhere, { signal })

    await expect(running).rejects.toThrow(MachineFault)
  })
})
