// A worker of the test market: its tickets, its votes, and how it brings a result.
import { NO_ADDRESS, authorizationHash, sealVote, taskId, type DealId, type TaskId } from '@iexec/protocol'
import { TICKET_HEADER, hashUpload, type UploadTicket } from '@iexec/wire/work'
import { hubCall, send, type Person, type TestChain } from '@iexec/service/test/chain'
import type { Address, Hex } from 'viem'

/** What a ticket is for; whatever is left out is right. */
export type TicketWish = {
  readonly deal: DealId
  readonly index?: number
  readonly worker?: Person
  readonly digest: Hex
  readonly scheduler?: Person
  readonly enclaveChallenge?: Address
  readonly enclaveSignature?: Hex
  readonly validUntil?: number
  /** Who signs in place of the worker. */
  readonly signer?: Person
}

/** A ticket as a worker makes it. */
export async function makeTicket(chain: TestChain, wish: TicketWish): Promise<UploadTicket> {
  const { deal, index = 0, worker = 'worker1', digest, scheduler = 'scheduler', signer = worker } = wish
  const { enclaveChallenge = NO_ADDRESS, enclaveSignature = '0x' } = wish
  const validUntil = wish.validUntil ?? Math.floor(Date.now() / 1000) + 600
  const facts = { worker: chain.address(worker), taskId: taskId(deal, BigInt(index)), digest, validUntil }
  const raw = authorizationHash(facts.worker, facts.taskId, enclaveChallenge)
  return {
    ...facts,
    dealId: deal,
    index,
    enclaveChallenge,
    enclaveSignature,
    authorization: await chain.client(scheduler).account.signMessage({ message: { raw } }),
    signature: await signHash(chain, signer, hashUpload(facts, chain.chainId)),
  }
}

async function signHash(chain: TestChain, signer: Person, hash: Hex): Promise<Hex> {
  const signature = await chain.client(signer).account.sign?.({ hash })
  if (signature === undefined) throw new Error('The account signs no hashes.')
  return signature
}

/** The header of a ticket. */
export function headerOf(ticket: unknown): Record<string, string> {
  return { [TICKET_HEADER]: Buffer.from(JSON.stringify(ticket)).toString('base64url') }
}

/** Brings an archive. */
export async function putResult(url: string, ticket: UploadTicket, archive: Uint8Array | undefined): Promise<Response> {
  return fetch(`${url}/results/${ticket.taskId}`, {
    method: 'PUT',
    headers: { ...headerOf(ticket), 'content-type': 'application/zip' },
    ...(archive === undefined ? {} : { body: new Uint8Array(archive) }),
  })
}

/** Votes for a digest on the chain, by the path of commit and reveal. */
export async function vote(
  chain: TestChain,
  task: TaskId,
  { worker = 'worker1', digest }: Pick<TicketWish, 'worker' | 'digest'>,
): Promise<void> {
  const { resultHash, resultSeal } = sealVote(chain.address(worker), task, digest)
  const raw = authorizationHash(chain.address(worker), task, NO_ADDRESS)
  const authorization = await chain.client('scheduler').account.signMessage({ message: { raw } })
  const args = [task, resultHash, resultSeal, NO_ADDRESS, '0x', authorization]
  await send(chain, hubCall(chain, worker, { functionName: 'contribute', args }))
}
