// Which asset a command is about: the one that the line names, else the project's own of deployed.json.
import type { AssetKind } from '@iexec/sdk'
import type { Address } from 'viem'
import { CliError } from '../../cliError.ts'
import type { Argument, Call } from '../../command.ts'
import { findDeployed } from '../../files/deployedFile.ts'
import { addressArgument, chainOf, projectFolder } from '../../session.ts'
import { ARTICLES } from './view.ts'

/** `[appAddress]`. */
export function addressArgumentOf(kind: AssetKind): Argument {
  return { name: `${kind}Address`, summary: 'which one; that of deployed.json when left out', isOptional: true }
}

/**
 * The address that the line names, else that of deployed.json for the chain.
 *
 * @throws CliError `Usage` when it is no address, `MissingFile` when nothing was deployed on the chain, `BadFile`
 */
export async function targetOf(call: Call, kind: AssetKind): Promise<Address> {
  const [given] = call.args
  return given === undefined ? requireDeployed(call, kind) : addressArgument(given, `${kind}Address`)
}

/** The address in deployed.json. @throws CliError `MissingFile`, `BadFile` */
export async function requireDeployed(call: Call, kind: AssetKind): Promise<Address> {
  const { chainId, name } = await chainOf(call)
  const found = await findDeployed(projectFolder(), { kind, chainId })
  if (found !== undefined) return found
  throw new CliError('MissingFile', `No ${kind} is named, and deployed.json has none for the chain ${name}.`, {
    hints: [`Name the address of ${ARTICLES[kind]}, or make one: iexec ${kind} deploy`],
  })
}
