// A real Chromium for tests, without a window. Debian's is enough; without one, the tests of pages say that they are skipped, and in CI they fail.
import { existsSync } from 'node:fs'
import process from 'node:process'
import { chromium, type Browser } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/**
 * The program, when there is one: that of CHROMIUM, or Debian's.
 *
 * @throws Error in CI when there is none
 * @example
 * describe.skipIf(findChromium() === undefined)('the page of deals', () => { … })
 */
export function findChromium(): string | undefined {
  const named = process.env['CHROMIUM']
  const found = (named === undefined ? PLACES : [named]).find((place) => existsSync(place))
  if (found !== undefined) return found
  const why = 'Chromium is not installed (Debian: apt-get install chromium).'
  if (process.env['CI'] !== undefined) throw new Error(`${why} CI must not skip the tests of pages.`)
  console.warn(`${why} The tests of pages are skipped.`)
  return undefined
}

/** It asks nobody by itself, and finds no host but this machine. */
const ARGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
]

/** Starts Chromium. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('Chromium is not installed.')
  // Its sandbox needs rights that root in a container has not.
  const args = process.getuid?.() === 0 ? [...ARGS, '--no-sandbox'] : ARGS
  return chromium.launch({ executablePath, args })
}
