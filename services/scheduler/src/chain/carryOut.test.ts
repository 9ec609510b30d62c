// How commands become transactions: together where the contracts allow it, alone where one would spoil the others.
import { decodeFunctionData, type Hex } from 'viem'
import { hubAbi } from '@iexec/protocol/abi'
import type { SendCommand, SendOutcome } from '@iexec/chain'
import { expect, test } from 'vitest'
import { carryOut, type ChainJob, type JobOutcome } from './carryOut.ts'

const HUB = `0x${'aa'.repeat(20)}` as const
const CONTRACT = `0x${'bb'.repeat(20)}` as const
const hash = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`

function jobOf(
  what: 'initialize' | 'claim' | 'reopen' | 'finalize',
  n: number,
  fields: Partial<ChainJob> = {},
): ChainJob {
  const key = `${what}:${n}`
  const command =
    what === 'finalize'
      ? ({
          do: what,
          key,
          task: hash(n),
          cid: 'QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ',
          callbackData: '0x',
        } as const)
      : ({ do: what, key, task: hash(n) } as const)
  return { command, deal: hash(1), index: n, isBegun: true, callback: undefined, door: HUB, votes: 3, ...fields }
}

/** What was sent, by a chain that refuses whatever holds one of these tasks. */
async function send(
  jobs: readonly ChainJob[],
  poisoned: readonly number[] = [],
): Promise<{
  readonly sent: readonly SendCommand[]
  readonly outcomes: ReadonlyMap<string, JobOutcome>
}> {
  const sent: SendCommand[] = []
  const outcomes = new Map<string, JobOutcome>()
  const answer = (command: SendCommand): SendOutcome => {
    sent.push(command)
    const isBad = poisoned.some((n) => command.data?.includes(hash(n).slice(2)))
    const refusal = { kind: 'error', name: 'RevealsMissing', args: {}, sentence: 'no' } as never
    return isBad ? { kind: 'refused', refusal } : { kind: 'mined', receipt: { transactionHash: hash(99) } as never }
  }
  const sender = { send: async (command: SendCommand) => Promise.resolve(answer(command)) }
  await carryOut({ sender, hub: HUB }, jobs, (job, outcome) => outcomes.set(job.command.key, outcome))
  return { sent, outcomes }
}

const nameOf = ({ data = '0x' }: SendCommand): string => decodeFunctionData({ abi: hubAbi, data }).functionName

test('tasks of one moment are begun, claimed and finished in one transaction of each kind', async () => {
  const kinds = ['initialize', 'claim', 'finalize', 'reopen'] as const
  const jobs = kinds.flatMap((kind, place) => [jobOf(kind, 10 * place), jobOf(kind, 10 * place + 1)])

  const { sent } = await send(jobs)

  expect(sent.map(nameOf).toSorted()).toEqual(['claimArray', 'initializeArray', 'multicall'])
})

test('tasks that nobody began are begun and claimed at once', async () => {
  const { sent } = await send([jobOf('claim', 1, { isBegun: false }), jobOf('claim', 2)])

  expect(sent.map(nameOf).toSorted()).toEqual(['claimArray', 'initializeAndClaimArray'])
})

test('one task that is refused is refused alone: the others are finished', async () => {
  const { outcomes } = await send([jobOf('finalize', 1), jobOf('finalize', 2), jobOf('finalize', 3)], [2])

  expect([...outcomes].toSorted(([one], [other]) => (one < other ? -1 : 1))).toEqual([
    ['finalize:1', { kind: 'mined', tx: hash(99) }],
    ['finalize:2', { kind: 'refused', reason: 'no', name: 'RevealsMissing' }],
    ['finalize:3', { kind: 'mined', tx: hash(99) }],
  ])
})

test('ends go through the contract that owns the pool, beginnings straight to the hub', async () => {
  const door = { door: CONTRACT }

  const { sent } = await send([jobOf('finalize', 1, door), jobOf('initialize', 2, door)])

  expect(sent.map((command) => [nameOf(command), command.to])).toEqual([
    ['finalize', CONTRACT],
    ['initializeArray', HUB],
  ])
})

test('no transaction holds more votes than a block has room for', async () => {
  const { sent } = await send(Array.from({ length: 20 }, (_, n) => jobOf('finalize', n, { votes: 8 })))

  expect(sent).toHaveLength(4)
})

test('what cannot be written is refused alone, and the others are sent', async () => {
  const command = { do: 'finalize', key: 'finalize:1', task: hash(1), cid: 'no cid', callbackData: '0x' } as const

  const { outcomes } = await send([jobOf('finalize', 1, { command }), jobOf('finalize', 2)])

  expect(outcomes.get('finalize:1')).toMatchObject({ kind: 'refused' })
  expect(outcomes.get('finalize:2')).toMatchObject({ kind: 'mined' })
})
