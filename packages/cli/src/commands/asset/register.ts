// Registering an asset, once: whoever repeats the command goes on with what is there.
import { IexecError, type AssetKind, type Deployed, type Iexec } from '@iexec/sdk'
import { getAddress, type Address, type Hex } from 'viem'
import type { Call, Command, Option } from '../../command.ts'
import { requireDeployedFile, writeDeployed } from '../../files/deployedFile.ts'
import { requireSection } from '../../files/iexecFile.ts'
import type { Section } from '../../files/section.ts'
import { CHAIN_OPTION, CONFIRMS_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { rows } from '../../rows.ts'
import { openSigner, projectFolder } from '../../session.ts'
import { ARTICLES } from './view.ts'

/** Options of every `deploy`. */
export const DEPLOY_OPTIONS: readonly Option[] = [CHAIN_OPTION, ...WALLET_OPTIONS, CONFIRMS_OPTION]

/** An asset that is registered now; without a transaction when it was before. */
export type Registered = { readonly address: Address; readonly txHash: Hex | undefined }

/**
 * Registers an asset and writes where it is into deployed.json. What was registered before is no failure: it is what was wanted.
 *
 * @throws IexecError as the SDK's `deploy` does, but `AlreadyExists`; CliError `BadFile` before anything is sent
 */
export async function register(
  kind: AssetKind,
  { context }: Iexec,
  deploy: () => Promise<Deployed>,
): Promise<Registered> {
  const folder = projectFolder()
  // A file that cannot be used must be found before there is something to write into it.
  await requireDeployedFile(folder)
  const registered = await deployOnce(deploy)
  await writeDeployed(folder, { kind, chainId: context.chain.chainId }, registered.address)
  return registered
}

async function deployOnce(deploy: () => Promise<Deployed>): Promise<Registered> {
  try {
    const { address, txHash } = await deploy()
    return { address: getAddress(address), txHash }
  } catch (error) {
    const known = error instanceof IexecError && error.code === 'AlreadyExists' ? error.details['address'] : undefined
    if (typeof known !== 'string') throw error
    return { address: getAddress(known), txHash: undefined }
  }
}

/** The first line about an asset that is registered now. */
export function registeredLine(kind: AssetKind, { address, txHash }: Registered): string {
  const noun = `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`
  return txHash === undefined ? `${noun} ${address}, registered before at this address.` : `${noun} ${address}`
}

/** How a kind without a sale of its own is deployed. */
export type Deployment = {
  readonly kind: 'dataset' | 'workerpool'
  /** Reads the section, all of it, before anything is asked: what is wrong is said then. */
  readonly read: (section: Section, call: Call) => Contents | Promise<Contents>
  /** What else it does, for its help. */
  readonly also?: string
}

type Contents = {
  readonly deploy: (iexec: Iexec) => Promise<Deployed>
  readonly rows: readonly (readonly [string, string | undefined])[]
}

/** `iexec <kind> deploy` */
export function deployCommand({ kind, read, also }: Deployment): Command {
  return {
    name: 'deploy',
    summary: `register ${ARTICLES[kind]}, as iexec.json describes it`,
    description: [
      `Registers ${ARTICLES[kind]}, as iexec.json describes it, and writes its address into deployed.json.`,
      ...(also === undefined ? [] : [also]),
    ].join(' '),
    options: DEPLOY_OPTIONS,
    examples: [{ line: `iexec ${kind} deploy`, meaning: `then: iexec ${kind} publish --price 1 RLC` }],
    run: async (call) => {
      const contents = await read(await requireSection(projectFolder(), kind, call.terminal), call)
      const iexec = await openSigner(call)
      const registered = await register(kind, iexec, async () => contents.deploy(iexec))
      const { address, txHash } = registered
      return {
        raw: { address, txHash },
        text: [
          registeredLine(kind, registered),
          ...rows([...contents.rows, ['transaction', txHash]]),
          `Put it up for sale: iexec ${kind} publish --price 0.1 RLC`,
        ],
      }
    },
  }
}
