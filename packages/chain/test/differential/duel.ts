// Model against chain: one move on both sides, and every difference between them.
import { ownerOf, policyOf, walletOf } from '@iexec/protocol'
import type { Instant, MarketState, MarketStep } from '@iexec/protocol'
import { appRegistryAbi, rlcAbi, workerpoolAbi } from '@iexec/protocol/abi'
import { encodeFunctionData } from 'viem/utils'
import type { Address, Hex } from 'viem'
import { WORKERS } from './actors.ts'
import { registryOf } from './assets.ts'
import { transactionOf } from './calls.ts'
import type { Answer, Told } from './chain.ts'
import { errorFor, toldFor } from './expected.ts'
import { actionsOf, modelStep } from './move.ts'
import type { Move } from './move.ts'
import { aboutAccount, aboutDeal, aboutOrder, aboutSupply, aboutTask, aboutVolume } from './questions.ts'
import type { Question } from './questions.ts'
import { show } from './show.ts'
import { approval } from './world.ts'
import type { World } from './world.ts'

/** A market in both worlds, at a moment. */
export type Position = { readonly state: MarketState; readonly now: Instant }

/** One move as it went: the position after it, what the model said, and where the two sides differ. */
export type Turn = {
  readonly position: Position
  readonly step: MarketStep
  readonly differences: readonly string[]
}

/** Makes a move on both sides, and compares acceptance, error or events, and everything that the move touched. */
export async function play(world: World, before: MarketState, { move, at }: TimedMove): Promise<Turn> {
  const transaction = await transactionOf(world, before, move)
  const answer = await world.chain.send(transaction, at)
  const step = modelStep(before, move, at)
  const state = step.ok ? step.state : before
  const position = { state, now: at }

  const differences = compareAnswer(world, { move, step, answer })
  // A revert leaves nothing behind on a chain, so there is nothing to look at.
  const touched = step.ok ? touchedBy(world, before, state) : []
  const volumes = actionsOf(move).flatMap((action) => ('orders' in action ? [aboutVolume(state, action.orders)] : []))
  if (differences.length > 0) return { position, step, differences }
  if (answer.ok && move.form === 'approveAndCall')
    await world.chain.send(approval(world.addresses, transaction.from), at)
  return { position, step, differences: await compareViews(world, [...touched, ...volumes]) }
}

/** A move and the moment of its block. */
export type TimedMove = { readonly move: Move; readonly at: Instant }

type Outcome = { readonly move: Move; readonly step: MarketStep; readonly answer: Answer }

function compareAnswer(world: World, { move, step, answer }: Outcome): readonly string[] {
  const expected = step.ok
    ? [...prelude(world, move), ...step.effects.flatMap((effect) => toldFor(effect, world.addresses))].map(toldText)
    : [show(errorFor(step.refusal), world.names)]
  const found = answer.ok ? answer.told.map(toldText) : [show({ error: answer.error, args: answer.args }, world.names)]
  return differencesOf(expected, found)

  function toldText({ by, event, args }: Told): string {
    return `${show(by, world.names)} ${event} ${show(args, world.names)}`
  }
}

// What the token tells before the deposit begins, of which the model knows nothing.
function prelude({ addresses }: World, move: Move): readonly Told[] {
  if (move.form !== 'approveAndCall') return []
  const { caller, amount } = move.deposit
  return [{ by: 'token', event: 'Approval', args: { owner: caller, spender: addresses.hub, value: amount } }]
}

function differencesOf(expected: readonly string[], found: readonly string[]): readonly string[] {
  const length = Math.max(expected.length, found.length)
  return Array.from({ length }, (_, index) => [expected[index] ?? 'nothing', found[index] ?? 'nothing'] as const)
    .filter(([one, other]) => one !== other)
    .map(([one, other]) => `model: ${one}\n  chain: ${other}`)
}

// Money and scores are always looked at; of the rest, what the model changed.
function touchedBy(world: World, before: MarketState, after: MarketState): readonly Question[] {
  return [
    aboutSupply(after),
    ...world.watched.flatMap((address) => aboutAccount(after, address)),
    ...changedKeys(before.consumed, after.consumed).flatMap((hash) => aboutOrder(after, hash)),
    ...changedKeys(before.presigned, after.presigned).flatMap((hash) => aboutOrder(after, hash)),
    ...[...after.deals].filter(([id]) => !before.deals.has(id)).map(([id, deal]) => aboutDeal(id, deal)),
    ...changedKeys(before.tasks, after.tasks).flatMap((id) => aboutTask(after, id, WORKERS)),
  ]
}

function changedKeys<Key>(before: ReadonlyMap<Key, unknown>, after: ReadonlyMap<Key, unknown>): readonly Key[] {
  return [...after].filter(([key, value]) => before.get(key) !== value).map(([key]) => key)
}

async function compareViews({ chain, names }: World, questions: readonly Question[]): Promise<readonly string[]> {
  if (questions.length === 0) return []
  const answers = await chain.ask(questions)
  return questions.flatMap(({ name, expected }, index) => {
    const title = name
      .split(' ')
      .map((word) => show(word, names))
      .join(' ')
    return differencesOf([`${title} ${show(expected, names)}`], [`${title} ${show(answers[index], names)}`])
  })
}

/** Compares everything that the two sides remember: also what no move of this sequence touched. */
export async function compareAll(world: World, state: MarketState): Promise<readonly string[]> {
  const orders = new Set([...state.consumed.keys(), ...state.presigned.keys()])
  const questions = [
    aboutSupply(state),
    ...world.watched.flatMap((address) => aboutAccount(state, address)),
    ...[...orders].flatMap((hash) => aboutOrder(state, hash)),
    ...[...state.deals].map(([id, deal]) => aboutDeal(id, deal)),
    ...[...state.tasks.keys()].flatMap((id) => aboutTask(state, id, WORKERS)),
  ]
  return [...(await compareViews(world, questions)), ...(await compareSurroundings(world, state))]
}

// RLC in wallets, owners of assets, policies of workerpools.
async function compareSurroundings(world: World, state: MarketState): Promise<readonly string[]> {
  const { addresses, assets, chain, watched } = world
  const read = async (name: string, call: { readonly to: Address; readonly data: Hex }, expected: bigint) => {
    const found = BigInt(await chain.call(call.to, call.data))
    return found === expected ? [] : [`${show(name, world.names)}\n  model: ${expected}\n  chain: ${found}`]
  }
  const wallets = watched.map(async (address) => {
    const data = encodeFunctionData({ abi: rlcAbi, functionName: 'balanceOf', args: [address] })
    return read(`RLC of ${show(address, world.names)}`, { to: addresses.token, data }, walletOf(state, address))
  })
  const registered = [...assets.first, ...assets.later].flatMap(({ kind, address, name }) => {
    const owner = ownerOf(state, kind, address)
    return owner === undefined ? [] : [{ kind, address, name, owner }]
  })
  const owners = registered.map(async ({ kind, address, name, owner }) => {
    const data = encodeFunctionData({ abi: appRegistryAbi, functionName: 'ownerOf', args: [BigInt(address)] })
    return read(`owner of ${name}`, { to: registryOf(addresses, kind), data }, BigInt(owner))
  })
  const policies = registered
    .filter(({ kind }) => kind === 'workerpool')
    .flatMap(({ address, name }) => {
      const { workerStakeRatio, schedulerRewardRatio } = policyOf(state, address)
      const stake = encodeFunctionData({ abi: workerpoolAbi, functionName: 'm_workerStakeRatioPolicy' })
      const reward = encodeFunctionData({ abi: workerpoolAbi, functionName: 'm_schedulerRewardRatioPolicy' })
      return [
        read(`stake ratio of ${name}`, { to: address, data: stake }, workerStakeRatio),
        read(`reward ratio of ${name}`, { to: address, data: reward }, schedulerRewardRatio),
      ]
    })
  return (await Promise.all([...wallets, ...owners, ...policies])).flat()
}
