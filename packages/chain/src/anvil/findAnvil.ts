// Where anvil is installed on this machine, for whoever starts a chain of his own.
import { createRequire } from 'node:module'
import process from 'node:process'

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/**
 * Says where the anvil binary of this machine is installed: npm's `anvil` is a wrapper, and killing it leaves anvil running.
 *
 * @param anvilPackage URL of the package.json of `@foundry-rs/anvil`, as its user resolves it
 * @throws Error with one sentence when the package of this platform is not installed
 * @example
 * findAnvil(import.meta.resolve('@foundry-rs/anvil/package.json')) // …/@foundry-rs/anvil-linux-amd64/bin/anvil
 */
export function findAnvil(anvilPackage: string): string {
  const platform = `${process.platform}-${ARCHITECTURES[process.arch] ?? process.arch}`
  const file = process.platform === 'win32' ? 'anvil.exe' : 'anvil'
  try {
    return createRequire(anvilPackage).resolve(`@foundry-rs/anvil-${platform}/bin/${file}`)
  } catch (cause) {
    throw new Error(`There is no anvil for ${platform}: the package @foundry-rs/anvil-${platform} is not installed.`, {
      cause,
    })
  }
}
