// A network as users start it, by the command in a terminal, and the homes of the people who use it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIexec, type ChainSettings, type Iexec } from '@iexec/sdk'
import type { Address, Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { openDesk, type Desk } from '../iexec.ts'
import { findPortBase } from '../network/portBase.ts'

/** Where somebody lives and works: a home and a project folder, on the machine on which the network runs. */
export type Home = Desk & {
  /** A file of the project. */
  readonly read: (name: string) => string
  /** Writes a file of the project; an object is written as JSON. */
  readonly write: (name: string, content: object | string | Uint8Array) => void
  /** Makes a wallet with its key in clear in the project, fills it from the faucet, and brings RLC to the market. */
  readonly settle: (options?: { readonly deposit?: string }) => Promise<Address>
  /** The client of the SDK; with the wallet that `settle` made, when there is one. */
  readonly sdk: () => Promise<Iexec>
}

/** What network.json says. */
export type NetworkFacts = Readonly<
  Record<'rpcUrl' | 'marketUrl' | 'storageUrl' | 'ipfsApiUrl' | 'schedulerUrl' | 'compassUrl', string>
> & {
  readonly chainId: number
  readonly hub: Address
  readonly rlc: Address
  readonly workerpool: Address
  readonly accounts: readonly { readonly role: string; readonly address: Address; readonly privateKey: Hex }[]
}

/** A network that runs, and its people. */
export type UsersNetwork = {
  /** `~/.iexec/networks/local` of who started it. */
  readonly folder: string
  /** The home of who started it. */
  readonly owner: Home
  readonly facts: NetworkFacts
  readonly chain: ChainSettings
  /** The home of somebody else; it goes away with the network. */
  readonly openHome: () => Home
  /** Ends it by its own command, and clears all homes. */
  readonly stop: () => Promise<void>
}

const HOUSE = join(import.meta.dirname, '../..')

/**
 * Starts a network by `iexec network start --detach` in a terminal, on free ports.
 *
 * @example
 * const network = await startUsersNetwork({ words: '--no-docker' })
 * const buyer = network.openHome()
 * await buyer.settle({ deposit: '10 RLC' })
 * await buyer.iexec(['app', 'run', app])
 */
export async function startUsersNetwork({
  words,
  env = {},
}: {
  /** Further words of the command, as `--no-docker`. */
  readonly words: string
  /** Variables of the environment of everybody, as DOCKER_HOST. */
  readonly env?: NodeJS.ProcessEnv
}): Promise<UsersNetwork> {
  const prefix = installPackages()
  const homes: Home[] = []
  const move = (): Home => {
    const home = homeOf(openDesk(undefined, { ...env, npm_config_prefix: prefix }))
    homes.push(home)
    return home
  }
  const owner = move()
  const stop = async (): Promise<void> => {
    await owner.iexec(['network', 'stop'])
    for (const home of homes) home.clear()
    rmSync(prefix, { recursive: true, force: true })
  }
  try {
    const start = owner.line(`iexec network start --detach --port-base ${await findPortBase()} ${words}`)
    await start.sees('The network is ready after')
    if ((await start.ended) !== 0) throw new Error(start.screen())
  } catch (error) {
    await stop()
    throw error
  }
  const folder = networkFolderOf(owner)
  return {
    folder,
    owner,
    facts: readFacts(owner),
    chain: readChain(owner),
    openHome: () => {
      const home = move()
      mkdirSync(join(home.home, '.iexec/networks'), { recursive: true })
      symlinkSync(folder, networkFolderOf(home))
      return home
    },
    stop,
  }
}

/** What is installed for everybody by `npm install -g`, and where. */
function installPackages(): string {
  const prefix = mkdtempSync(join(tmpdir(), 'iexec-npm-'))
  const scope = join(prefix, 'lib/node_modules/@iexec')
  mkdirSync(scope, { recursive: true })
  symlinkSync(join(HOUSE, 'services/worker'), join(scope, 'worker'))
  symlinkSync(join(HOUSE, 'network'), join(scope, 'network'))
  return prefix
}

function networkFolderOf({ home }: Desk): string {
  return join(home, '.iexec/networks/local')
}

function readFacts(desk: Desk): NetworkFacts {
  return JSON.parse(readFileSync(join(networkFolderOf(desk), 'network.json'), 'utf8')) as NetworkFacts
}

function readChain(desk: Desk): ChainSettings {
  const { chainId, hub, rpcUrl, marketUrl, storageUrl, ipfsApiUrl, compassUrl } = readFacts(desk)
  return { name: 'local', chainId, hub, rpcUrls: [rpcUrl], marketUrl, storageUrl, ipfsApiUrl, compassUrl }
}

function homeOf(desk: Desk): Home {
  const wallet: { key?: Hex } = {}
  return {
    ...desk,
    read: (name) => readFileSync(join(desk.folder, name), 'utf8'),
    write: (name, content) => {
      const isJson = typeof content === 'object' && !(content instanceof Uint8Array)
      writeFileSync(join(desk.folder, name), isJson ? JSON.stringify(content, undefined, 2) : content)
    },
    settle: async ({ deposit } = {}) => {
      const { address } = await desk.raw(['wallet', 'create', '--unencrypted'])
      await desk.raw(['wallet', 'get-ether'])
      await desk.raw(['wallet', 'get-RLC'])
      if (deposit !== undefined) await desk.raw(['account', 'deposit', ...deposit.split(' ')])
      const { privateKey } = JSON.parse(readFileSync(join(desk.folder, 'wallet.json'), 'utf8')) as { privateKey: Hex }
      wallet.key = privateKey
      return address as Address
    },
    sdk: async () => {
      const account = wallet.key === undefined ? {} : { account: privateKeyToAccount(wallet.key) }
      return createIexec({ chain: readChain(desk), ...account })
    },
  }
}
