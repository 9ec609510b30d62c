// What deploy/prepare.sh writes, and which settings each service has.
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { ROOT, type ServiceName } from './compose.ts'

/** The variables that a service takes from its environment, by its own help. */
export async function listSettings(service: ServiceName): Promise<ReadonlySet<string>> {
  const main = join(ROOT, 'services', service, 'src/main.ts')
  const words = service === 'worker' ? ['start', '--help'] : ['--help']
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...words])
  const said = stdout.replaceAll(/\s+/gu, ' ').matchAll(/\benv: (?<name>[A-Z\d_]+)\)/gu)
  return new Set([...said].flatMap(({ groups }) => groups?.['name'] ?? []))
}

/** Of the storage alone, and never options: keys of a bucket, and the token of a node. */
export const SECRET_SETTINGS: readonly string[] = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'IPFS_NODE_TOKEN']

/** What `deploy/prepare.sh` did, in a folder of its own. */
export type Prepared = {
  /** The folder in whose `deploy/private` the files are. */
  readonly folder: string
  /** Calls it once more there. */
  readonly prepare: (...args: readonly string[]) => {
    readonly exitCode: number | null
    readonly out: string
    readonly errors: string
  }
  readonly remove: () => void
}

/** A folder for what `deploy/prepare.sh` writes. */
export function openPrepared(): Prepared {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-deploy-'))
  return {
    folder,
    prepare: (...args) => {
      const called = spawnSync(join(ROOT, 'deploy/prepare.sh'), ['--folder', folder, ...args], { encoding: 'utf8' })
      return { exitCode: called.status, out: called.stdout, errors: called.stderr }
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Settings in a file, with those that are only proposed in a comment. */
export function listNames(text: string): readonly string[] {
  return [...text.matchAll(/^(?:# )?(?<name>[A-Z\d_]+)=/gmu)].map(({ groups }) => groups?.['name'] ?? '')
}
