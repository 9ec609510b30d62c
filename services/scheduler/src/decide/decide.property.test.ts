// What holds of every decision, whatever happens: random pools, random fates.
import { weightNeeded } from '@iexec/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { act, dealOf, kinds, mine, openWorld, taskOf, turn, workerOf, type World } from './testWorld.ts'

const WEIGHTS = [2n, 3n, 5n, 10n]

/** A pool of some workers, a few tasks, and a fate for each step. */
const pools = fc.record({
  trusts: fc.array(fc.constantFrom(1n, 2n, 3n, 5n, 9n, 100n), { minLength: 1, maxLength: 4 }),
  weights: fc.array(fc.constantFrom(...WEIGHTS), { minLength: 1, maxLength: 9 }),
  fates: fc.array(fc.record({ who: fc.nat(), which: fc.nat(), what: fc.nat(11), seconds: fc.nat(60) }), {
    minLength: 5,
    maxLength: 120,
  }),
})

function worldOf(trusts: readonly bigint[], weights: readonly bigint[]): World {
  const tasks = trusts.map((trust, n) => taskOf(n, { deal: dealOf({ trust }) }))
  return openWorld(
    tasks,
    weights.map((weight, n) => workerOf(n, { weight, free: 2 })),
  )
}

type Fate = { readonly who: number; readonly which: number; readonly what: number; readonly seconds: number }

/** One thing that happens: a worker does something, a block is mined, time passes, somebody goes or comes. */
function befall(world: World, { who, which, what, seconds }: Fate): void {
  const worker = world.workers[who % world.workers.length]
  const task = world.tasks[which % world.tasks.length]
  if (worker === undefined || task === undefined) return
  const { id } = task
  const { address } = worker
  const deeds = [
    () => act(world, [id, address], { do: 'ack' }),
    () => act(world, [id, address], { do: 'report', state: 'accepted' }),
    () => act(world, [id, address], { do: 'report', state: 'running' }),
    () => act(world, [id, address], { do: 'vote', result: 'right' }),
    () => act(world, [id, address], { do: 'vote', result: `wrong ${who % 2}` }),
    () => act(world, [id, address], { do: 'reveal' }),
    () => act(world, [id, address], { do: 'end', cause: seconds % 2 === 0 ? 'BUSY' : 'PARAMS_WRONG' }),
    () => mine(world),
    () => mine(world),
    () => (world.now += seconds),
    () => (world.now += seconds * 20),
    () => {
      const goneAt = worker.goneAt === undefined ? world.now * 1_000 : undefined
      world.workers = world.workers.map((one) => (one === worker ? { ...one, goneAt } : one))
    },
  ]
  deeds[what]?.()
}

describe('whatever happens', () => {
  test('deciding again says nothing new, no key is said twice, and nobody has two places at a task', () => {
    fc.assert(
      fc.property(pools, ({ trusts, weights, fates }) => {
        const world = worldOf(trusts, weights)
        for (const fate of fates) {
          befall(world, fate)
          // Only a place that was taken back makes room for more.
          let last = turn(world)
          for (let more = 0; more < 9 && kinds(last).includes('withdraw'); more += 1) last = turn(world)

          expect(turn(world)).toEqual([])
        }
        const keys = world.said.map(({ key }) => key)
        expect(new Set(keys).size).toBe(keys.length)
        for (const { places } of world.tasks) {
          expect(new Set(places.map(({ worker }) => worker)).size).toBe(places.length)
        }
      }),
    )
  })

  test('who voted is never offered the task again, and nobody while his place is open', () => {
    fc.assert(
      fc.property(pools, ({ trusts, weights, fates }) => {
        const world = worldOf(trusts, weights)
        for (const fate of fates) {
          befall(world, fate)
          const before = world.tasks
          for (const command of turn(world)) {
            if (command.do !== 'offer') continue
            const task = before.find(({ id }) => id === command.task)
            const place = task?.places.find(({ worker }) => worker === command.worker)
            expect(task?.votes.map(({ worker }) => worker)).not.toContain(command.worker)
            expect(place === undefined || place.isWithdrawn || place.endedAt !== undefined).toBe(true)
          }
        }
      }),
    )
  })

  test('no places are given beyond what the consensus takes with these weights', () => {
    fc.assert(
      fc.property(pools, ({ trusts, weights }) => {
        const world = worldOf(trusts, weights)
        turn(world)
        for (const { places, deal } of world.tasks) {
          if (places.length === 0) continue
          const weightOf = (worker: string): bigint =>
            world.workers.find(({ address }) => address === worker)?.weight ?? 2n
          const all = places.reduce((product, { worker }) => product * weightOf(worker), 1n)
          const last = weightOf(places.at(-1)?.worker ?? '0x')
          // Without the last one it would not be enough; and never begun by one worker more than that.
          expect(places.length === 1 || all / last < weightNeeded(deal.trust)).toBe(true)
        }
      }),
    )
  })

  test('after the end of contributions nobody is asked, after the final deadline everything is claimed, once', () => {
    fc.assert(
      fc.property(pools, ({ trusts, weights, fates }) => {
        const world = worldOf(trusts, weights)
        for (const fate of fates) {
          befall(world, fate)
          const isLate = world.now >= 2_100
          const commands = turn(world)
          if (isLate) expect(kinds(commands)).not.toContain('offer')
        }
        world.now = 3_000
        turn(world)
        mine(world)
        for (const { status } of world.tasks) expect(['completed', 'failed']).toContain(status)
        expect(turn(world).filter((command) => command.do === 'claim')).toEqual([])
      }),
    )
  })

  test('with honest workers who are enough, every task ends with its result', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(1n, 2n, 3n, 5n, 9n, 100n), { minLength: 1, maxLength: 20 }),
        fc.array(fc.constantFrom(...WEIGHTS), { minLength: 7, maxLength: 9 }),
        (trusts, weights) => {
          const world = worldOf(trusts, weights)
          for (let round = 0; round < 200 && world.tasks.some(({ status }) => status !== 'completed'); round += 1) {
            turn(world)
            mine(world)
            for (const { id, places, status } of world.tasks) {
              for (const { worker, path } of places) {
                act(world, [id, worker], { do: 'ack' })
                // Alone in one transaction, which this model has as begin, vote and reveal.
                if (path === 'finalize' && status === 'unset') begin(world, id)
                act(world, [id, worker], { do: 'vote', result: 'right' })
                act(world, [id, worker], { do: 'reveal' })
              }
            }
            world.now += 1
          }
          expect(world.tasks.map(({ status }) => status)).toEqual(trusts.map(() => 'completed'))
          // Exactly as many as needed: nobody computed in vain.
          for (const { places, votes } of world.tasks) expect(places.length).toBe(votes.length)
        },
      ),
    )
  })
})

function begin(world: World, id: string): void {
  world.tasks = world.tasks.map((task) =>
    task.id === id && task.status === 'unset' ? { ...task, status: 'active' } : task,
  )
}
