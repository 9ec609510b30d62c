// iexec workerpool operator: the contract that owns a workerpool, for operators whose keys never reach the money.
import { NOT_FOR_SALE, decodeTag, encodeTag, formatRlc, type OrderLimits } from '@iexec/protocol'
import type { PoolOperator } from '@iexec/sdk'
import type { Address } from 'viem'
import { readRlc } from '../../amount.ts'
import { CliError } from '../../cliError.ts'
import type { Call, Command, Outcome } from '../../command.ts'
import { CHAIN_OPTION, CONFIRMS_OPTION, FORCE_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { rows } from '../../rows.ts'
import { addressArgument, isSet, openReader, openSigner, receiverArgument, text } from '../../session.ts'
import { confirm } from '../../terminal/ask.ts'
import { amountOption, wholeNumber, wholeOption, words } from '../../values.ts'
import { chainWords } from '../asset/sell.ts'
import { addressArgumentOf, targetOf } from '../asset/target.ts'

const ACTIONS: Readonly<Record<string, (call: Call, pool: Address) => Promise<Outcome>>> = {
  deploy,
  add: async (call, pool) => changeOperator(call, pool, 'add'),
  remove: async (call, pool) => changeOperator(call, pool, 'revoke'),
  limits: changeLimits,
  show,
  withdraw,
}

export const operatorCommand: Command = {
  name: 'operator',
  summary: 'let keys run a workerpool of yours that never reach its money',
  description:
    'Gives a workerpool of yours to a contract. Operators finalize tasks and sign orders within limits; only the owner of the contract reaches its RLC. A key that is removed never comes back, and what it signed is worth nothing from then on.',
  arguments: [
    { name: 'action', summary: 'what to do', choices: Object.keys(ACTIONS) },
    addressArgumentOf('workerpool'),
  ],
  options: [
    CHAIN_OPTION,
    ...WALLET_OPTIONS,
    CONFIRMS_OPTION,
    FORCE_OPTION,
    { flags: '--owner <address>', summary: 'deploy: who alone reaches the money', fallback: 'the wallet' },
    { flags: '--operator <address...>', summary: 'deploy, add, remove: the addresses of operators' },
    { flags: '--max-locked <amount...>', summary: 'deploy, limits: most RLC that orders may hold at a time' },
    { flags: '--max-volume <tasks>', summary: 'deploy, limits: most tasks of one order', fallback: '1000' },
    { flags: '--max-trust <trust>', summary: 'deploy, limits: most trust', fallback: '100' },
    { flags: '--tags <names>', summary: 'deploy, limits: what orders may offer, such as tee,gpu', fallback: 'nothing' },
    {
      flags: '--min-price <prices...>',
      summary: 'deploy, limits: lowest price of each category, such as 2=0.1RLC; others are not for sale',
    },
    { flags: '--amount <amount...>', summary: 'withdraw: how much', fallback: 'all that is free' },
    { flags: '--to <address>', summary: 'withdraw: who receives it', fallback: 'the wallet' },
  ],
  examples: [
    {
      line: 'iexec workerpool operator deploy --operator 0x… --max-locked 50 RLC --min-price 0=0.1RLC 2=1RLC',
      meaning: 'the key 0x… sells the categories 0 and 2, and can cost 50 RLC at most at a time',
    },
    { line: 'iexec workerpool operator remove --operator 0x…', meaning: 'for a key that was stolen' },
    { line: 'iexec workerpool operator withdraw', meaning: 'all that is free' },
  ],
  run: async (call) => {
    const [action = '', ...args] = call.args
    const act = ACTIONS[action]
    if (act === undefined) throw new CliError('Usage', `"${action}" is none of ${Object.keys(ACTIONS).join(', ')}.`)
    return act(call, await targetOf({ ...call, args }, 'workerpool'))
  },
}

const NO_LIMITS: OrderLimits = {
  maxLocked: 0n,
  maxVolume: 1000n,
  maxTrust: 100n,
  tags: encodeTag(''),
  minPrices: [],
}

async function deploy(call: Call, pool: Address): Promise<Outcome> {
  const operators = operatorsOf(call)
  const limits = limitsOf(call, NO_LIMITS)
  if (limits.maxLocked === 0n || limits.minPrices.length === 0) {
    throw new CliError('Usage', 'Operators of these limits could sell nothing.', {
      hints: ['Give --max-locked and --min-price.'],
    })
  }
  const given = text(call, 'owner')
  const owner = given === undefined ? {} : { owner: receiverArgument(given) }
  const iexec = await openSigner(call)
  await confirm(`Give the workerpool ${pool} to a contract?`, call.terminal, isSet(call, 'force'))
  const { address, txHash } = await iexec.operators.deploy(pool, { ...owner, operators, limits })
  return {
    raw: { workerpool: pool, address, txHash },
    text: [
      `The workerpool ${pool} belongs to the contract ${address}.`,
      `  transaction  ${txHash}`,
      'It needs stake of its own, which the market holds while a task runs; anybody can deposit it.',
      `Next: iexec account deposit ${formatRlc(limits.maxLocked)} --to ${address}${chainWords(call)}`,
    ],
  }
}

async function changeOperator(call: Call, pool: Address, change: 'add' | 'revoke'): Promise<Outcome> {
  const operators = operatorsOf(call)
  const iexec = await openSigner(call)
  const txHashes: string[] = []
  for (const operator of operators) txHashes.push((await iexec.operators[change](pool, operator)).txHash)
  const what = change === 'add' ? 'is an operator' : 'is no operator any more'
  return {
    raw: { workerpool: pool, operators, txHashes },
    text: operators.map((operator) => `${operator} ${what} of the workerpool ${pool}.`),
  }
}

async function changeLimits(call: Call, pool: Address): Promise<Outcome> {
  const iexec = await openSigner(call)
  const now = (await iexec.operators.show(pool)).limits
  const limits = limitsOf(call, now)
  const { txHash } = await iexec.operators.setLimits(pool, limits)
  return {
    raw: { workerpool: pool, limits: limitsJson(limits), txHash },
    text: [`The operators of the workerpool ${pool} have new limits.`, ...rows(limitRows(limits))],
  }
}

async function show(call: Call, pool: Address): Promise<Outcome> {
  const shown = await (await openReader(call)).operators.show(pool)
  const { address, owner, operators, limits, stake, locked } = shown
  return {
    raw: showJson(shown),
    text: [
      `The workerpool ${pool} belongs to the contract ${address}.`,
      ...rows([
        ['owner', owner],
        ['operators', operators.length === 0 ? 'nobody' : operators.join(', ')],
        ['free', formatRlc(stake)],
        ['held', formatRlc(locked)],
        ...limitRows(limits),
      ]),
    ],
  }
}

async function withdraw(call: Call, pool: Address): Promise<Outcome> {
  const asked = amountOption(call, 'amount')
  const to = text(call, 'to')
  const iexec = await openSigner(call)
  const amount = asked ?? (await iexec.operators.show(pool)).stake
  if (amount === 0n) return { raw: { amount: '0' }, text: [`Nothing is free of the workerpool ${pool}.`] }
  const receiver = to === undefined ? {} : { to: receiverArgument(to) }
  const { txHash } = await iexec.operators.withdraw(pool, { amount, ...receiver })
  return {
    raw: { workerpool: pool, amount: amount.toString(), txHash },
    text: [`Withdrew ${formatRlc(amount)}.`, `  transaction  ${txHash}`],
  }
}

function operatorsOf(call: Call): readonly Address[] {
  const given = words(call, 'operator')
  if (given === undefined || given.length === 0) {
    throw new CliError('Usage', 'No operator is named.', { hints: ['Name addresses with --operator.'] })
  }
  return given.map((one) => addressArgument(one, 'operator'))
}

function limitsOf(call: Call, now: OrderLimits): OrderLimits {
  const tags = text(call, 'tags')
  const prices = words(call, 'minPrice')
  return {
    maxLocked: amountOption(call, 'maxLocked') ?? now.maxLocked,
    maxVolume: wholeOption(call, 'maxVolume') ?? now.maxVolume,
    maxTrust: wholeOption(call, 'maxTrust') ?? now.maxTrust,
    tags: tags === undefined ? now.tags : encodeTag(tags),
    minPrices: prices === undefined ? now.minPrices : readPrices(prices),
  }
}

/** `2=0.1RLC`; the categories between those that are named are closed. */
function readPrices(given: readonly string[]): readonly bigint[] {
  const prices = new Map(
    given.map((one) => {
      const [category = '', price] = one.split('=')
      if (price === undefined) {
        throw new CliError('Usage', `--min-price: "${one}" is no category and price.`, { hints: ['Write 2=0.1RLC.'] })
      }
      const number = wholeNumber(category, '--min-price')
      if (number > MOST_CATEGORIES) throw new CliError('Usage', `--min-price: there is no category ${number}.`)
      return [Number(number), readRlc([price])] as const
    }),
  )
  return Array.from({ length: Math.max(...prices.keys()) + 1 }, (_, category) => prices.get(category) ?? NOT_FOR_SALE)
}

/** Prices are stored by category, so a typing error must not store millions. */
const MOST_CATEGORIES = 100n

function limitRows({
  maxLocked,
  maxVolume,
  maxTrust,
  tags,
  minPrices,
}: OrderLimits): readonly (readonly [string, string])[] {
  const sold = minPrices.flatMap((price, category) =>
    price === NOT_FOR_SALE ? [] : [`category ${category} from ${formatRlc(price)}`],
  )
  const { names } = decodeTag(tags)
  return [
    ['holds', `${formatRlc(maxLocked)} at most`],
    ['sells', sold.length === 0 ? 'nothing' : sold.join(', ')],
    ['orders', `of ${maxVolume} tasks and trust ${maxTrust} at most`],
    ['offers', names.length === 0 ? 'nothing special' : names.join(', ')],
  ]
}

function limitsJson({
  maxLocked,
  maxVolume,
  maxTrust,
  tags,
  minPrices,
}: OrderLimits): Readonly<Record<string, unknown>> {
  return {
    maxLocked: maxLocked.toString(),
    maxVolume: maxVolume.toString(),
    maxTrust: maxTrust.toString(),
    tags,
    minPrices: minPrices.map((price) => (price === NOT_FOR_SALE ? null : price.toString())),
  }
}

function showJson({ limits, stake, locked, ...shown }: PoolOperator): Readonly<Record<string, unknown>> {
  return { ...shown, limits: limitsJson(limits), stake: stake.toString(), locked: locked.toString() }
}
