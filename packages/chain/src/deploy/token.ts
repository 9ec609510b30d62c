// Is the token that somebody names one that a hub can work with?
import { NO_ADDRESS } from '@iexec/protocol'
import { hubAbi, rlcAbi } from '@iexec/protocol/abi'
import type { Address, Client } from 'viem'
import { getCode, readContract } from 'viem/actions'
import { isCodeOf } from './code.ts'
import { DeployError, isUnreachable } from './deployError.ts'

/**
 * Returns when a contract answers as an ERC-20 of nine decimals, and is no hub, whose staked RLC look like one.
 *
 * @throws DeployError `NotTheToken` when it does not
 * @example
 * await requireToken(client, '0x…')
 */
export async function requireToken(client: Client, token: Address): Promise<void> {
  const contract = { address: token, abi: rlcAbi } as const
  const decimals = await readContract(client, { ...contract, functionName: 'decimals' }).catch((cause: unknown) => {
    throw refusalOf(token, cause)
  })
  if (decimals !== 9) {
    throw new DeployError('NotTheToken', `The token at ${token} has ${decimals} decimals, and RLC has 9.`)
  }
  try {
    await readContract(client, { ...contract, functionName: 'totalSupply' })
    await readContract(client, { ...contract, functionName: 'balanceOf', args: [NO_ADDRESS] })
    await readContract(client, { ...contract, functionName: 'allowance', args: [NO_ADDRESS, NO_ADDRESS] })
  } catch (cause) {
    throw refusalOf(token, cause)
  }
  if (await isPartOfHub(client, token)) {
    throw new DeployError('NotTheToken', `What stands at ${token} is no token but a hub, which has a token itself.`)
  }
}

async function isPartOfHub(client: Client, address: Address): Promise<boolean> {
  const code = await getCode(client, { address })
  if (code !== undefined && (isCodeOf('hub', code) || isCodeOf('hubExtension', code))) return true
  // The hubs of others: a token has no token.
  return readContract(client, { address, abi: hubAbi, functionName: 'token' }).then(
    () => true,
    (cause: unknown) => {
      if (isUnreachable(cause)) throw cause
      return false
    },
  )
}

function refusalOf(token: Address, cause: unknown): unknown {
  if (isUnreachable(cause)) return cause
  return new DeployError('NotTheToken', `There is no ERC-20 token at ${token}.`, { cause })
}
