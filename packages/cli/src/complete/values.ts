// The values that are known for a place in a line: chains, wallets, choices.
import type { Argument, Option } from '../command.ts'

/**
 * The values that may stand in a place; none where everything may.
 *
 * @param keystoredir where the line says that wallets are
 * @example
 * await valuesOf({ flags: '--chain <name>', summary: '…' }) // ['local', 'arbitrum-mainnet', …]
 */
export async function valuesOf(place: Argument | Option, keystoredir?: string): Promise<readonly string[]> {
  if (place.choices !== undefined) return place.choices
  if ('name' in place) return []
  const [flag = ''] = /--[\w-]+/u.exec(place.flags) ?? []
  // A shell must never hear why a file cannot be read: the command itself says it.
  return (KNOWN_VALUES[flag]?.(keystoredir) ?? Promise.resolve([])).catch(() => [])
}

const KNOWN_VALUES: Readonly<Record<string, (keystoredir: string | undefined) => Promise<readonly string[]>>> = {
  '--chain': chainNames,
  '--wallet-file': walletFiles,
  '--wallet-address': async (keystoredir) => [
    ...new Set((await walletFiles(keystoredir)).map((name) => `0x${name.slice(-40)}`)),
  ],
  '--keystoredir': async () => ['global', 'local'],
}

async function chainNames(): Promise<readonly string[]> {
  const [{ listChains }, { projectFolder }] = await Promise.all([
    import('../files/chainFile.ts'),
    import('../files/projectFolder.ts'),
  ])
  return listChains(projectFolder())
}

async function walletFiles(keystoredir: string | undefined): Promise<readonly string[]> {
  const [{ keystoreFolder, listWallets }, { projectFolder }] = await Promise.all([
    import('../wallet/findWallet.ts'),
    import('../files/projectFolder.ts'),
  ])
  return listWallets(keystoreFolder(projectFolder(), keystoredir))
}

/** Whether the name of a file is wanted, as far as the name of the value tells. */
export function isPath(place: Argument | Option): boolean {
  const value = 'name' in place ? place.name : (/[<[](?<value>[\w-]+)/u.exec(place.flags)?.groups?.['value'] ?? '')
  return /(?:path|file|folder|dir|directory)$/iu.test(value)
}
