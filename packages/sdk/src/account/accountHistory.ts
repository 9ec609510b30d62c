// What happened to an account on the market, and what it earned: as the market tells it, which reads all events of the chain.
import { isSameAddress } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import { requireAddress } from '../asset/requireAsset.ts'
import type { Context } from '../context.ts'
import { callService } from '../service/callService.ts'
import { fetchPage, type Page, type PageOptions } from '../service/page.ts'
import {
  isOfChain,
  readAddress,
  readAmount,
  readHash,
  readObject,
  readText,
  wrongPiece,
  type Foreign,
} from '../service/parse.ts'

/** One event of the chain that names an account. What its kind does not have is absent. */
export type AccountEvent = {
  /** Name of the Solidity event, such as `Reward`, `Lock` or `Transfer`; of assets `AppTransfer` and the like. */
  readonly kind: string
  /** Whom it is about; from whom something goes. */
  readonly account: Address | undefined
  /** To whom something goes. */
  readonly counterparty: Address | undefined
  readonly asset: Address | undefined
  readonly dealId: Hex | undefined
  readonly taskId: Hex | undefined
  readonly orderHash: Hex | undefined
  /** In nRLC. */
  readonly amount: bigint | undefined
  readonly blockNumber: bigint
  /** ISO 8601. */
  readonly blockTimestamp: string
  readonly txHash: Hex
}

/**
 * What happened to an account, the newest first: deposits, rewards, what deals hold, and assets that came and went.
 *
 * @throws IexecError `InvalidInput`, `NotConfigured`, `ServiceUnreachable`, `ServiceRefused`, `BadAnswer`
 * @example
 * const { items, count, more } = await fetchAccountHistory(context, '0x…')
 */
export async function fetchAccountHistory(
  context: Context,
  address: Address,
  options: PageOptions = {},
): Promise<Page<AccountEvent>> {
  return fetchPage(context, 'market', {
    ...options,
    path: `/accounts/${requireAddress(address)}/history`,
    query: {},
    field: 'events',
    parse: (given) => parseEvent(context, given, address),
  })
}

/**
 * All rewards that an account ever got, in nRLC: as the owner of what was used, and as a worker. What was withdrawn is in it.
 *
 * @throws IexecError `InvalidInput`, `NotConfigured`, `ServiceUnreachable`, `ServiceRefused`, `BadAnswer`
 * @example
 * await fetchEarned(context, '0x…') // 7n
 */
export async function fetchEarned(context: Context, address: Address): Promise<bigint> {
  const { chainId } = context.chain
  const path = `/accounts/${requireAddress(address)}`
  const account = readObject(await callService(context, 'market', { path, query: { chainId } }), 'an account')
  requireSought(context, account, { address, named: [readAddress(account['address'], 'the account')] })
  return readAmount(account['earned'], 'what an account earned')
}

function parseEvent(context: Context, given: unknown, address: Address): AccountEvent {
  const event = readObject(given, 'an event')
  const piece = <Value>(name: string, read: Reading<Value>): Value => read(event[name], `${name} of an event`)
  const some = <Value>(name: string, read: Reading<Value>): Value | undefined =>
    event[name] === null ? undefined : piece(name, read)
  const account = some('account', readAddress)
  const counterparty = some('counterparty', readAddress)
  requireSought(context, event, { address, named: [account, counterparty] })
  return {
    kind: piece('kind', readText),
    account,
    counterparty,
    asset: some('asset', readAddress),
    dealId: some('dealid', readHash),
    taskId: some('taskid', readHash),
    orderHash: some('orderHash', readHash),
    amount: some('amount', readAmount),
    blockNumber: piece('blockNumber', readAmount),
    blockTimestamp: piece('blockTimestamp', readText),
    txHash: piece('transactionHash', readHash),
  }
}

type Reading<Value> = (given: unknown, where: string) => Value

type Sought = { readonly address: Address; readonly named: readonly (Address | undefined)[] }

/** A market that answers of another chain or account than was asked for is not believed. */
function requireSought({ chain }: Context, given: Foreign, { address, named }: Sought): void {
  if (!isOfChain(given['chainId'], chain)) {
    throw wrongPiece('the chain of an account', String(chain.chainId), given['chainId'])
  }
  if (named.some((each) => each !== undefined && isSameAddress(each, address))) return
  throw wrongPiece('the account', address, named.join(' and '))
}
