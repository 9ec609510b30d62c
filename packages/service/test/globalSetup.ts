// One PostgreSQL for all test files of a package. Outside CI its tests are skipped, in so many words, where none is installed.
import type { TestProject } from 'vitest/node'
import { findPostgres, startPostgres } from './postgres.ts'

declare module 'vitest' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- vitest reads this by merging interfaces
  export interface ProvidedContext {
    postgresUrl: string | undefined
  }
}

/** What vitest calls before the tests of a package: its `test/globalSetup.ts` exports this. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const programs = findPostgres()
  if (programs === undefined) {
    const advice = 'PostgreSQL is not installed (Debian: apt-get install postgresql)'
    if (process.env['CI'] !== undefined) throw new Error(`${advice}, and CI must not skip its tests.`)
    console.warn(`${advice}: the tests that need it are skipped.`)
    project.provide('postgresUrl', undefined)
    return undefined
  }
  const { url, stop } = await startPostgres(programs)
  project.provide('postgresUrl', url)
  return stop
}
