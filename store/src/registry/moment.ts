// Moments of an index: when its registry was changed, and when it was signed.
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { UsageError } from '../fault.ts'
import type { RegistryFolder } from './folder.ts'

/** Clocks of two machines may differ by so much. */
const CLOCKS_DIFFER_MS = 3_600_000

/**
 * Whether a moment has not come yet: stores never take an older index after a newer one, so one from the future would be the last.
 *
 * @example
 * isToCome('2099-01-01T00:00:00.000Z') // true
 */
export function isToCome(moment: string): boolean {
  return Date.parse(moment) > Date.now() + CLOCKS_DIFFER_MS
}

/**
 * When a registry was changed last: `SOURCE_DATE_EPOCH`, or as git knows it, so that every whole clone makes the same index.
 *
 * @returns ISO 8601
 */
export function momentOfChange(registry: RegistryFolder): string {
  return isoOf(toldSeconds() ?? secondsOfGit(registry) ?? Math.floor(youngestOf(registry) / 1000))
}

/**
 * When an index is signed: now, or `SOURCE_DATE_EPOCH`. What git says of a change is what whoever made it wrote there.
 *
 * @returns ISO 8601
 * @throws UsageError when it has not come yet
 */
export function momentOfSigning(): string {
  const told = toldSeconds()
  const moment = told === undefined ? new Date().toISOString() : isoOf(told)
  if (isToCome(moment)) {
    throw new UsageError(
      `SOURCE_DATE_EPOCH is ${told}, and ${moment} has not come yet: stores would refuse what is signed with it.`,
    )
  }
  return moment
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}

function toldSeconds(): number | undefined {
  const { SOURCE_DATE_EPOCH: told } = process.env
  return told !== undefined && /^\d{1,12}$/u.test(told) ? Number(told) : undefined
}

function secondsOfGit({ path }: RegistryFolder): number | undefined {
  try {
    const options = { cwd: path, encoding: 'utf8' as const, stdio: 'pipe' as const }
    // Of the branch itself: what was merged into it has the date that its author wrote.
    const said = execFileSync('git', ['log', '-1', '--first-parent', '--format=%ct', '--', '.'], options).trim()
    return /^\d+$/u.test(said) ? Number(said) : undefined
  } catch {
    return undefined
  }
}

function youngestOf({ listings }: RegistryFolder): number {
  const files = listings.flatMap(({ path }) =>
    ['iexec.json', 'deployed.json', 'store.json', 'README.md'].map((file) => join(path, file)),
  )
  return Math.max(0, ...files.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0))
}
