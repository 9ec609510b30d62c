// What an app can do in its container, and how its end is told. Every test runs a real container.
import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { createConnection, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { pushImage, type PushedImage, type TestEngineAddress } from '../../test/engine.ts'
import { newFolders, newJob, type JobParts } from '../../test/runs.ts'
import type { Engine, LogChunk, PreparedApp, Ran, RunFolders } from '../job.ts'
import { createDockerEngine } from './index.ts'
import { connect } from './options.ts'

const address = inject('engine')

describe.skipIf(address === undefined)('in a real Docker Engine', () => {
  let source: PushedImage
  let shell: PreparedApp
  const signal = new AbortController().signal

  beforeAll(async () => {
    const here = address as TestEngineAddress
    source = await pushImage(here, { repository: 'test/shell', config: { Cmd: ['-c', 'echo nothing to do'] } })
    const engine: Engine = createDockerEngine({ host: here.host, label: 'run.test' })
    shell = await engine.prepare(source, { signal, seconds: 60 })
  })

  const say = async (script: string, folders: RunFolders, parts: JobParts = {}): Promise<Ran> =>
    shell.run(newJob(source, { args: ['-c', script], ...parts }), folders, { signal })

  test('an app reads its inputs, writes its outputs, and both of its streams and its exit code are told', async () => {
    await using folders = await newFolders()
    await writeFile(join(folders.input, 'name.txt'), 'world', { mode: 0o600 })

    const ran = await say('echo out; echo err >&2; cat /iexec_in/name.txt >/iexec_out/hello.txt; exit 7', folders)

    expect(ran).toEqual({
      ending: { kind: 'exited', exitCode: 7 },
      stdout: { text: 'out\n', isCut: false },
      stderr: { text: 'err\n', isCut: false },
      milliseconds: expect.any(Number),
    })
    expect(await readFile(join(folders.output, 'hello.txt'), 'utf8')).toBe('world')
    expect(ran.milliseconds).toBeGreaterThanOrEqual(0)
  })

  test('a category may be longer than the longest timer', async () => {
    await using folders = await newFolders()

    const ran = await say('sleep 1', folders, { limits: { seconds: 3_000_000 } })

    expect(ran.ending).toEqual({ kind: 'exited', exitCode: 0 })
  })

  test('an app without arguments gets those of its image', async () => {
    await using folders = await newFolders()

    const ran = await shell.run(newJob(source), folders, { signal })

    expect(ran.stdout.text).toBe('nothing to do\n')
  })

  test('an app of 2018 finds its inputs in /iexec, and writes its outputs there', async () => {
    await using folders = await newFolders()
    await writeFile(join(folders.legacy, 'input.txt'), 'old\n', { mode: 0o600 })

    const ran = await say('read old </iexec/input.txt; echo $old >/iexec/consensus.iexec; rm /iexec/input.txt', folders)

    expect(ran.ending).toEqual({ kind: 'exited', exitCode: 0 })
    expect(await readdir(folders.legacy)).toEqual(['consensus.iexec'])
    expect(await readFile(join(folders.legacy, 'consensus.iexec'), 'utf8')).toBe('old\n')
  })

  test('host name, home and user are the same everywhere, and variables reach the app as they are', async () => {
    await using folders = await newFolders()

    const ran = await say('hostname; echo $HOME; id -u; id -g; echo "$A"', folders, { env: { A: 'one = 1\ntwo' } })

    expect(ran.stdout.text).toBe('iexec\n/tmp\n65534\n65534\none = 1\ntwo\n')
  })

  test('what an app says is heard while it runs', async () => {
    await using folders = await newFolders()
    const heard: LogChunk[] = []
    const heardFirst = Promise.withResolvers<undefined>()
    const job = newJob(source, {
      args: ['-c', 'echo first; until [ -e /iexec_in/go ]; do sleep 0.05; done; echo last >&2'],
    })

    const running = shell.run(job, folders, {
      signal,
      onLog: (chunk) => {
        heard.push(chunk)
        heardFirst.resolve(undefined)
      },
    })
    await heardFirst.promise
    await writeFile(join(folders.input, 'go'), '')
    await running

    expect(heard).toEqual([
      { stream: 'stdout', text: 'first\n' },
      { stream: 'stderr', text: 'last\n' },
    ])
  })

  test('an app holds no capability, gains no privilege, and passes the seccomp profile of the engine', async () => {
    await using folders = await newFolders()

    const ran = await say('cat /proc/self/status; chown 0 /iexec_out; mount -t tmpfs none /tmp', folders)

    expect(ran.stdout.text).toMatch(/^CapEff:\s+0+$/mu)
    expect(ran.stdout.text).toMatch(/^CapBnd:\s+0+$/mu)
    expect(ran.stdout.text).toMatch(/^NoNewPrivs:\s+1$/mu)
    expect(ran.stdout.text).toMatch(/^Seccomp:\s+2$/mu)
    expect(ran.stderr.text).toMatch(/chown: .*Operation not permitted/u)
    expect(ran.stderr.text).toMatch(/mount: permission denied/u)
  })

  test('an app writes nowhere but in its outputs, in /tmp and in shared memory', async () => {
    await using folders = await newFolders()
    const places = ['/x', '/bin/x', '/iexec_in/x', '/etc/hostname', '/proc/sys/kernel/domainname', '/sys/x', '/dev/x']
    const own = ['/iexec_out/x', '/iexec/x', '/tmp/x', '/dev/shm/x']

    const ran = await say(
      `for f in ${[...places, ...own].join(' ')}; do (echo 1 >$f) 2>/dev/null && echo $f; done`,
      folders,
    )

    expect(ran.stdout.text.trim().split('\n')).toEqual(own)
  })

  test('an app has no network but itself', async () => {
    await using folders = await newFolders()
    const [, port] = (address as TestEngineAddress).registry.split(':')

    const ran = await say(`ls /sys/class/net; nc -w 2 127.0.0.1 ${port}; nc -w 2 1.1.1.1 80`, folders)

    expect(ran.stdout.text).toBe('lo\n')
    expect(ran.stderr.text).toMatch(/127\.0\.0\.1\): Connection refused/u)
    expect(ran.stderr.text).toMatch(/1\.1\.1\.1\): Network is unreachable/u)
  })

  test('an app that may reach the internet gets the network that the owner of the machine chose', async () => {
    await using folders = await newFolders()
    const here = address as TestEngineAddress
    const docker = connect({ host: here.host })
    // Addresses that nobody has: https://www.rfc-editor.org/rfc/rfc5737
    const IPAM = { Driver: 'default', Config: [{ Subnet: '192.0.2.0/29', Gateway: '192.0.2.1' }] }
    const network = await docker.createNetwork({ Name: 'apps', IPAM })
    const engine = createDockerEngine({ host: here.host, label: 'run.test', network: 'apps' })
    const app = await engine.prepare(source, { signal, seconds: 60 })
    const args = ['-c', 'ls /sys/class/net']

    const open = await app.run(newJob(source, { args, network: true }), folders, { signal })
    const closed = await app.run(newJob(source, { args }), folders, { signal })

    await network.remove()
    expect(open.stdout.text).toBe('eth0\nlo\n')
    expect(closed.stdout.text).toBe('lo\n')
  })

  test('an engine that is reached over tcp does the same', async () => {
    await using folders = await newFolders()
    const socketPath = (address as TestEngineAddress).host.replace('unix://', '')
    const server = createServer({ allowHalfOpen: true }, (client) => {
      const engine = createConnection({ path: socketPath, allowHalfOpen: true })
      client.pipe(engine).pipe(client)
      // Whoever leaves first takes the other along.
      client.on('close', () => engine.destroy()).on('error', () => engine.destroy())
      engine.on('close', () => client.destroy()).on('error', () => client.destroy())
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const { port } = server.address() as AddressInfo
    const engine = createDockerEngine({ host: `tcp://127.0.0.1:${port}`, label: 'run.test' })

    const app = await engine.prepare(source, { signal, seconds: 60 })
    const ran = await app.run(newJob(source), folders, { signal })

    server.close()
    expect(ran.stdout.text).toBe('nothing to do\n')
  })

  test('a command that is not there, or no program, ends as in a shell', async () => {
    await using folders = await newFolders()
    const here = address as TestEngineAddress
    const engine = createDockerEngine({ host: here.host, label: 'run.test' })
    const endings = []

    for (const entrypoint of [['/nope'], ['/tmp'], ['/bin/text']]) {
      const files = [{ path: 'bin/text', content: '\0\0 no program' }]
      const image = await pushImage(here, { repository: 'test/broken', files, config: { Entrypoint: entrypoint } })
      const app = await engine.prepare(image, { signal, seconds: 60 })
      endings.push((await app.run(newJob(image), folders, { signal })).ending)
    }

    expect(endings).toEqual([
      { kind: 'exited', exitCode: 127 },
      { kind: 'exited', exitCode: 126 },
      { kind: 'exited', exitCode: 1 },
    ])
  })

  test('an image without a command, and an argument that no program can receive, are the fault of the task', async () => {
    await using folders = await newFolders()
    const here = address as TestEngineAddress
    const engine = createDockerEngine({ host: here.host, label: 'run.test' })
    const image = await pushImage(here, { repository: 'test/empty', config: { Entrypoint: null } })
    const app = await engine.prepare(image, { signal, seconds: 60 })

    const idle = await app.run(newJob(image), folders, { signal })
    const zero = await say('echo \0', folders)

    expect(idle.ending).toEqual({ kind: 'exited', exitCode: 127 })
    expect(idle.stderr.text).toBe('The image has no command, and the task gives none.\n')
    expect(zero.ending).toEqual({ kind: 'exited', exitCode: 126 })
  })

  test('more arguments than any program can receive are the fault of the task', async () => {
    await using folders = await newFolders()
    const args = ['-c', 'echo ran', ...Array.from({ length: 300_000 }, () => 'an argument')]

    const ran = await say('', folders, { args })

    expect(ran.ending).toEqual({ kind: 'exited', exitCode: 1 })
    expect(ran.stderr.text).toContain('argument list too long')
  })

  test('a link that an app leaves is neither followed nor counted as what it points to', async () => {
    await using folders = await newFolders()
    await symlink('/', join(folders.legacy, 'input'))

    const ran = await say('ln -s / /iexec_out/root; ln -s /etc/passwd /iexec_out/passwd', folders)

    expect(ran.ending).toEqual({ kind: 'exited', exitCode: 0 })
    expect((await stat('/')).uid).toBe(0)
  })
})
