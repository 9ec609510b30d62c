// The life of a place: what is always true of it, whatever the chain, the scheduler and the power supply do.
import type { Place } from '@iexec/wire/work'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  hasEnded,
  openPlace,
  reportOf,
  stakeAhead,
  type KnownPlace,
  type PlaceTerms,
  type StoredVote,
  type TaskSight,
} from './state.ts'
import { step, worksOf, type PlaceEvent, type PlaceStep } from './step.ts'
import { anyMoves, openWorld, play, settle, type World } from './testing.ts'

const place: Place = {
  taskId: `0x${'11'.repeat(32)}`,
  dealId: `0x${'22'.repeat(32)}`,
  index: 0,
  path: 'commit',
  enclaveChallenge: `0x${'00'.repeat(20)}`,
  authorization: '0xaa',
  wantedUntil: 100,
}
const terms: PlaceTerms = { workerStake: '5', startTime: 50, contributionDeadline: 700, finalDeadline: 1_000 }
const vote: StoredVote = { digest: `0x${'33'.repeat(32)}`, resultHash: `0x${'44'.repeat(32)}`, archive: 'result.zip' }

function after(...events: readonly PlaceEvent[]): KnownPlace {
  return events.reduce((known, event) => step(known, event).known, openPlace(place))
}

const ACTIVE: PlaceEvent = { type: 'seen', sight: { status: 'active', mine: 'none' } }
const VOTED: PlaceEvent = { type: 'seen', sight: { status: 'active', mine: 'contributed' } }
const ACCEPTED: PlaceEvent = { type: 'accepted', terms }
const COMPUTED: PlaceEvent = { type: 'computed', vote }

test('a good day goes from the offer to the end, with one work after the other', () => {
  const revealing = { status: 'revealing', consensus: vote.resultHash, winnersBefore: 0 } as const
  const events: readonly PlaceEvent[] = [
    ACTIVE,
    ACCEPTED,
    { type: 'fetching' },
    { type: 'running' },
    COMPUTED,
    VOTED,
    { type: 'seen', sight: { ...revealing, mine: 'contributed' } },
    { type: 'seen', sight: { ...revealing, mine: 'proved' } },
    { type: 'uploaded', cid: 'Qm' },
    { type: 'seen', sight: { ...revealing, status: 'completed', mine: 'proved' } },
  ]

  const seen = events.map((_, index) => after(...events.slice(0, index + 1)))

  expect(seen.map(({ at }) => at)).toEqual([
    'offered',
    'accepted',
    'fetching',
    'running',
    'contributing',
    'contributed',
    'revealing',
    'revealed',
    'revealed',
    'done',
  ])
  expect(seen.map((known) => worksOf(known).join())).toEqual([
    'verify',
    'compute',
    'compute',
    'compute',
    'contribute',
    '',
    'reveal,upload',
    'upload',
    '',
    '',
  ])
})

test('the third winner brings the result only when it is asked', () => {
  const sight = { status: 'revealing', consensus: vote.resultHash, winnersBefore: 2, mine: 'proved' } as const
  const third = after(ACTIVE, ACCEPTED, COMPUTED, VOTED, { type: 'seen', sight })

  expect(worksOf(third)).toEqual([])
  expect(step(third, { type: 'deliver' }).works).toEqual(['upload'])
})

test('a result is not brought before the vote is decided, and with one transaction before it', () => {
  const direct = openPlace({ ...place, path: 'finalize' })
  const computed = [ACTIVE, ACCEPTED, COMPUTED].reduce((known, event) => step(known, event).known, direct)

  expect(worksOf(after(ACTIVE, ACCEPTED, COMPUTED))).toEqual(['contribute'])
  expect(worksOf(computed)).toEqual(['upload'])
  expect(step(computed, { type: 'uploaded', cid: 'Qm' }).works).toEqual(['finalize'])
})

test('what is withdrawn is stopped, unless a transaction may be on its way', () => {
  const withdrawn: PlaceEvent = { type: 'withdrawn', message: 'Enough.' }

  expect(after(ACTIVE, ACCEPTED, { type: 'running' }, withdrawn)).toMatchObject({ at: 'aborted' })
  expect(after(ACTIVE, ACCEPTED, COMPUTED, withdrawn)).toMatchObject({ at: 'contributing' })
})

test('a computation ends when others have agreed, and a vote waits for the end all the same', () => {
  const others: PlaceEvent = { type: 'seen', sight: { status: 'revealing', consensus: '0x55', mine: 'none' } }
  const against: PlaceEvent = { type: 'seen', sight: { status: 'revealing', consensus: '0x55', mine: 'contributed' } }

  expect(after(ACTIVE, ACCEPTED, { type: 'running' }, others)).toMatchObject({
    at: 'aborted',
    ending: { cause: 'CONSENSUS_OF_OTHERS' },
  })
  expect(after(ACTIVE, ACCEPTED, COMPUTED, VOTED, against)).toMatchObject({ at: 'contributed', ending: undefined })
})

test('the time to contribute ends at the very second of its deadline', () => {
  const computing = after(ACTIVE, ACCEPTED)

  expect(step(computing, { type: 'passed', now: 699 }).works).toEqual(['compute'])
  expect(step(computing, { type: 'passed', now: 700 }).known).toMatchObject({ at: 'aborted' })
})

test('a place that was refused can be had again by a later offer, and the same offer changes nothing', () => {
  const refused = after({ type: 'refused', cause: 'BUSY', message: 'Busy.' })

  expect(step(refused, { type: 'offered', place }).known).toBe(refused)
  expect(step(refused, { type: 'offered', place: { ...place, wantedUntil: 200 } }).works).toEqual(['verify'])
})

test('a deal that was mined anew at another time is looked at and computed anew, unless its vote may be on its way', () => {
  const renewed = { type: 'seen', sight: { status: 'unset', mine: 'none', startTime: 100 } } as const
  const waiting = after(ACCEPTED, COMPUTED)
  const voting = after(ACTIVE, ACCEPTED, COMPUTED)

  const again = step(waiting, renewed)
  const sent = step(voting, { type: 'seen', sight: { ...renewed.sight, status: 'active' } })
  const takenBack = step(sent.known, renewed)

  expect(again.works).toEqual(['verify'])
  expect(again.known).toMatchObject({ at: 'offered', former: vote })
  expect([again.known.vote, again.known.terms]).toEqual([undefined, undefined])
  expect([sent.known.at, takenBack.known.at, step(takenBack.known, renewed).known.at]).toEqual([
    'contributing',
    'computed',
    'offered',
  ])
})

test('a deal that the chain took back holds nobody, and what was computed for it counts when it comes again', () => {
  const gone: PlaceEvent = { type: 'seen', sight: { status: 'unset', mine: 'none', isDealGone: true } }
  const waiting = after(ACTIVE, ACCEPTED, COMPUTED, VOTED, gone)
  const done = after(ACTIVE, ACCEPTED, COMPUTED, {
    type: 'seen',
    sight: { status: 'completed', consensus: vote.resultHash, mine: 'proved' },
  })

  expect(waiting).toMatchObject({ at: 'aborted', ending: { cause: 'TASK_ENDED' } })
  expect(worksOf(waiting)).toEqual([])
  expect(step(waiting, VOTED).known).toMatchObject({ at: 'contributed', vote, ending: undefined })
  expect(step(waiting, { type: 'offered', place: { ...place, wantedUntil: 200 } }).known).toMatchObject({
    at: 'offered',
    former: vote,
  })
  expect(step(done, gone).known).toMatchObject({ at: 'done' })
})

test('a vote from before a reorganisation that is mined all the same is the one that is revealed', () => {
  const other: StoredVote = { ...vote, digest: `0x${'55'.repeat(32)}`, resultHash: `0x${'66'.repeat(32)}` }
  const renewed: PlaceEvent = { type: 'seen', sight: { status: 'unset', mine: 'none', startTime: 100 } }
  const accepted: PlaceEvent = { type: 'accepted', terms: { ...terms, startTime: 100 } }
  const anew = after(ACCEPTED, COMPUTED, renewed, accepted, { type: 'computed', vote: other })
  const mined: PlaceEvent = {
    type: 'seen',
    sight: {
      status: 'revealing',
      mine: 'contributed',
      consensus: vote.resultHash,
      voted: vote.resultHash,
      startTime: 100,
    },
  }

  expect(anew.vote).toEqual(other)
  expect(step(anew, mined).known).toMatchObject({ at: 'revealing', vote })
})

test('a digest is not told before its reveal', () => {
  expect(reportOf(after(ACTIVE, ACCEPTED, COMPUTED, VOTED), '').digest).toBeUndefined()
})

test('a stake is ahead from the acceptance until the chain has locked it', () => {
  expect(stakeAhead(after(ACTIVE))).toBe(0n)
  expect(stakeAhead(after(ACTIVE, ACCEPTED))).toBe(5n)
  expect(stakeAhead(after(ACTIVE, ACCEPTED, COMPUTED, VOTED))).toBe(0n)
})

test('a place that is done goes on from its vote when the blocks that held its end are gone', () => {
  const sight = { status: 'completed', consensus: vote.resultHash, winnersBefore: 0, mine: 'proved' } as const
  const done = after(ACTIVE, ACCEPTED, COMPUTED, VOTED, { type: 'uploaded', cid: 'Qm' }, { type: 'seen', sight })
  const back = (now: Pick<TaskSight, 'status' | 'mine'>): PlaceStep =>
    step(done, { type: 'seen', sight: { ...sight, ...now } })

  expect(done.at).toBe('done')
  expect(back({ status: 'revealing', mine: 'contributed' }).works).toEqual(['reveal'])
  expect(back({ status: 'active', mine: 'contributed' }).known).toMatchObject({ at: 'contributed', ending: undefined })
  expect(back({ status: 'active', mine: 'none' }).works).toEqual(['contribute'])
})

const anyPath = fc.constantFrom('commit', 'finalize')

/** A life with any accidents, then one in which everybody does what he should. */
function live(path: Place['path'], moves: Parameters<typeof play>[1]): World {
  return settle(play(openWorld({ ...place, path }, terms, vote), moves))
}

test('whatever happens, no vote is sent that is not stored, and the chain never has two of them', () => {
  fc.assert(
    fc.property(anyPath, anyMoves, (path, moves) => {
      const { log } = live(path, moves)

      expect(log.unstored).toBe(0)
      expect(log.sentWhileVoted).toBe(0)
      expect(log.votes).toBeLessThanOrEqual(1 + log.reorganisations)
    }),
    { numRuns: 2_000 },
  )
})

test('whatever happens, a vote that won is revealed', () => {
  fc.assert(
    fc.property(anyPath, anyMoves, (path, moves) => {
      const isInTime = moves.every((move) => move.do !== 'late')
      const world = live(path, moves)

      const hasWon = world.chain.consensus === vote.resultHash
      expect(isInTime && hasWon ? world.chain.mine : 'proved').toBe('proved')
    }),
    { numRuns: 2_000 },
  )
})

test('every path ends, and nothing is under way then', () => {
  fc.assert(
    fc.property(anyPath, anyMoves, (path, moves) => {
      const { known } = live(path, moves)

      expect(hasEnded(known)).toBe(true)
      expect(worksOf(known)).toEqual([])
    }),
    { numRuns: 2_000 },
  )
})

test('a crash between any two moves changes nothing of the end', () => {
  fc.assert(
    fc.property(anyPath, anyMoves, fc.nat(40), (path, moves, at) => {
      const undisturbed = live(path, moves)
      const disturbed = live(path, [...moves.slice(0, at), { do: 'crash' }, ...moves.slice(at)])

      expect(disturbed.chain.mine).toBe(undisturbed.chain.mine)
      expect(disturbed.known.at).toBe(undisturbed.known.at)
      expect(disturbed.known.vote).toEqual(undisturbed.known.vote)
    }),
    { numRuns: 2_000 },
  )
})
