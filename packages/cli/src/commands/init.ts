// iexec init: a folder becomes a project. Nothing of it needs the network.
import { join } from 'node:path'
import type { Address } from 'viem'
import { generatePrivateKey } from 'viem/accounts'
import { CliError } from '../cliError.ts'
import type { Call, Command } from '../command.ts'
import { listChains } from '../files/chainFile.ts'
import { iexecFilePath, NEW_IEXEC_FILE } from '../files/iexecFile.ts'
import { writeJsonFile } from '../files/jsonFile.ts'
import { exists } from '../files/wholeFile.ts'
import { FORCE_OPTION, KEYSTORE_OPTION, PASSWORD_OPTIONS } from '../options.ts'
import { rows } from '../rows.ts'
import { choiceOf, isSet, projectFolder } from '../session.ts'
import { askYesNo } from '../terminal/ask.ts'
import { findWallet } from '../wallet/findWallet.ts'
import { writeKey } from './wallet/create.ts'

const LOCAL = 'local'
const TESTNET = 'arbitrum-sepolia-testnet'
const MAINNET = 'arbitrum-mainnet'

export const initCommand: Command = {
  name: 'init',
  summary: 'begin a project: iexec.json, chain.json and a wallet',
  description:
    'Begins a project in this folder: iexec.json, which says what you offer; chain.json, which says where; and a wallet, when you have none. What is there already stays, unless you say otherwise. The network is not needed.',
  options: [
    ...PASSWORD_OPTIONS,
    { flags: '--unencrypted', summary: 'keep the key in clear, in wallet.json of this folder: for tests only' },
    KEYSTORE_OPTION,
    { ...FORCE_OPTION, summary: 'ask nothing, and replace iexec.json and chain.json; never a wallet' },
    { flags: '--skip-wallet', summary: 'make no wallet' },
  ],
  examples: [
    { line: 'iexec init', meaning: 'asks for the password of the new wallet' },
    { line: 'iexec init --skip-wallet', meaning: 'only the files' },
  ],
  run: async (call) => {
    const folder = projectFolder()
    const [configFile, chainConfigFile] = [iexecFilePath(folder), join(folder, 'chain.json')]
    const planned = {
      config: await mayWrite(call, configFile),
      chains: await mayWrite(call, chainConfigFile),
    }
    // The wallet is the only step that a person can fail at: before it, nothing is written.
    const wallet = isSet(call, 'skipWallet') ? undefined : await requireSomeWallet(call, folder)
    if (planned.config) await writeJsonFile(configFile, NEW_IEXEC_FILE)
    if (planned.chains) await writeJsonFile(chainConfigFile, await newChainFile(folder))
    const files = { configFile, chainConfigFile }
    return {
      raw: { ...(wallet === undefined ? {} : { walletAddress: wallet.address, walletFile: wallet.path }), ...files },
      text: [
        `A project in ${folder}`,
        ...rows([
          ['iexec.json', planned.config ? 'written' : 'kept as it is'],
          ['chain.json', planned.chains ? 'written' : 'kept as it is'],
          ['wallet', wallet === undefined ? undefined : walletText(wallet)],
        ]),
        'To sell an app: iexec app init, then edit iexec.json, then iexec app deploy',
      ],
    }
  },
}

/** Whether a file is written: it is not there yet, or the person says that it goes. Nobody to ask means that it stays. */
async function mayWrite({ terminal, ...call }: Call, path: string): Promise<boolean> {
  if (!(await exists(path)) || isSet(call, 'force') || terminal.format === 'raw') return true
  return terminal.isInteractive ? askYesNo(`${path} is there already. Replace it?`, terminal, false) : false
}

type SomeWallet = { readonly address: Address; readonly path: string; readonly isNew: boolean }

async function requireSomeWallet(call: Call, folder: string): Promise<SomeWallet> {
  try {
    const { address, path } = await findWallet(folder, choiceOf(call))
    return { address, path, isNew: false }
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'NoWallet') throw error
  }
  // Not by force: what would be replaced is a key.
  const { address, fileName } = await writeKey(
    { ...call, options: { ...call.options, force: false } },
    generatePrivateKey(),
  )
  return { address, path: fileName, isNew: true }
}

function walletText({ address, path, isNew }: SomeWallet): string {
  return `${address}, ${isNew ? 'new, kept in' : 'yours from before, in'} ${path}`
}

/** The network that runs here is what a new project is for; without one, a public test network. */
async function newChainFile(folder: string): Promise<unknown> {
  const isLocal = (await listChains(folder).catch((): readonly string[] => [])).includes(LOCAL)
  return { default: isLocal ? LOCAL : TESTNET, chains: { [MAINNET]: {}, [TESTNET]: {} } }
}
