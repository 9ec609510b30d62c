// Runs the platform's own forge. The `forge` command that npm installs is a wrapper that exits 0 when forge fails,
// so a failing Solidity test would stay green; the binary behind it answers truthfully.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/**
 * Says where the forge binary of this machine is installed.
 *
 * @throws Error with one sentence when the package of this platform is not installed.
 * @example
 * forgeBinary() // …/@foundry-rs/forge-linux-amd64/bin/forge
 */
export function forgeBinary(): string {
  const platform = `${process.platform}-${architectures[process.arch] ?? process.arch}`
  const file = process.platform === 'win32' ? 'forge.exe' : 'forge'
  const fromForge = createRequire(createRequire(import.meta.url).resolve('@foundry-rs/forge/package.json'))
  try {
    return fromForge.resolve(`@foundry-rs/forge-${platform}/bin/${file}`)
  } catch (cause) {
    throw new Error(`There is no forge for ${platform}: the package @foundry-rs/forge-${platform} is not installed.`, {
      cause,
    })
  }
}

/**
 * Runs forge in contracts/ (another project: `--root`) and returns its exit code; 1 when a signal ended it.
 *
 * @example
 * runForge(['test', '--match-contract', 'EscrowTest'])
 */
export function runForge(args: readonly string[]): number {
  // bin/solc is a node script: it must find the node that runs this file, not whatever the machine has.
  const path = [dirname(process.execPath), process.env['PATH']].join(delimiter)
  const { status, error } = spawnSync(forgeBinary(), args, {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, PATH: path },
    stdio: 'inherit',
  })
  if (error !== undefined) throw error
  return status ?? 1
}

if (import.meta.main) process.exitCode = runForge(process.argv.slice(2))
