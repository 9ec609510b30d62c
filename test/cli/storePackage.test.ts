// The package with which stores are made, as their owners install it: without the house, without tools that build pages.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

const HOUSE = join(import.meta.dirname, '../..')

let prefix: string
beforeAll(() => {
  prefix = mkdtempSync(join(tmpdir(), 'iexec-store-prefix-'))
  // runs: npx -y pnpm@12.21.0 --filter @iexec/store build
  execFileSync(process.execPath, ['scripts/build.ts'], { cwd: join(HOUSE, 'store') })
  // runs: npm pack ./store/dist
  execFileSync('npm', ['pack', join(HOUSE, 'store/dist'), '--pack-destination', prefix], { stdio: 'ignore' })
  const [tarball = ''] = readdirSync(prefix)
  // runs: npm install -g ./iexec-store-0.1.0.tgz
  execFileSync('npm', ['install', '-g', '--offline', '--prefix', prefix, join(prefix, tarball)], { stdio: 'ignore' })
  cpSync(join(HOUSE, 'registry'), join(prefix, 'registry'), { recursive: true })
}, 120_000)
afterAll(() => {
  rmSync(prefix, { recursive: true, force: true })
})

function installed(path: string): string {
  return join(prefix, 'lib/node_modules/@iexec/store', path)
}

/** The node that this test runs under, and nothing else of this machine. */
function env(): Record<string, string> {
  return { HOME: prefix, PATH: dirname(process.execPath) }
}

function run(program: string, ...args: readonly string[]): string {
  return execFileSync(join(prefix, 'bin', program), args, { cwd: prefix, env: env(), encoding: 'utf8' })
}

test('it needs no other package, and carries the pages and the licences of everything in them', () => {
  const manifest = JSON.parse(readFileSync(installed('package.json'), 'utf8')) as object

  expect(Object.keys(manifest).filter((key) => /dependencies|scripts/iu.test(key))).toEqual([])
  expect(existsSync(installed('node_modules'))).toBe(false)
  for (const name of ['viem', 'hono', 'zod']) {
    expect(readFileSync(installed('THIRD-PARTY-LICENSES.txt'), 'utf8')).toContain(`\n${name} `)
  }
  for (const name of ['react-dom', '@tanstack/react-router', 'viem']) {
    expect(readFileSync(installed('shell/licenses.md'), 'utf8')).toContain(`\n## ${name} `)
  }
})

test('a registry is checked and indexed, and becomes a store that is served, where nothing else is installed', async () => {
  expect(run('iexec-registry', 'validate', 'registry', '--offline')).toBe('5 listings, and nothing is wrong.\n')
  expect(run('iexec-registry', 'build', 'registry', '--out', 'public')).toContain('has 5 listings.')
  const services = ['--market', 'https://market.example', '--storage', 'https://storage.example']
  const wishes = ['--name', 'Apart', '--chain', 'arbitrum-mainnet', ...services, '--out', 'shop']
  expect(run('iexec-store', 'build', '--listings', 'public', ...wishes)).toContain('shop is a store with 5 listings.')

  const server = spawn(join(prefix, 'bin/iexec-store'), ['serve', 'shop', '--port', '0'], { cwd: prefix, env: env() })
  onTestFinished(() => void server.kill())
  const [said] = (await server.stdout.take(1).toArray()) as readonly Buffer[]
  const [url = ''] = /http:\S+/u.exec(String(said)) ?? []

  const page = await (await fetch(url)).text()
  expect(page).toContain('<title>Apart</title>')
  const [, script = ''] = /<script type="module"[^>]* src="([^"]+)"/u.exec(page) ?? []
  expect((await fetch(new URL(script, url))).headers.get('content-type')).toContain('javascript')
})
