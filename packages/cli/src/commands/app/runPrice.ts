// What a run costs, shown before anybody pays, and the one question.
import { asInstant, finalDeadline, formatIn, formatRlc } from '@iexec/protocol'
import { IexecError, type Category, type Iexec, type RunEstimate } from '@iexec/sdk'
import type { Address } from 'viem'
import type { Call } from '../../command.ts'
import { rows } from '../../rows.ts'
import { isSet } from '../../session.ts'
import { clean } from '../../terminal/clean.ts'
import { confirm } from '../../terminal/ask.ts'
import { perTask } from '../order/words.ts'
import { spanText } from '../task/moments.ts'

/**
 * Goes on only when the wallet can pay for what is missing on the market, and for the gas.
 *
 * @throws IexecError `InsufficientFunds` with how much is missing, and of what
 */
export async function requireFunds(iexec: Iexec, address: Address, estimate: RunEstimate): Promise<void> {
  const { total, missingStake, gas, gasPriceWei } = estimate
  const { nRLC, wei } = await iexec.wallet.show(address)
  if (missingStake > nRLC) {
    const missing = missingStake - nRLC
    const sentence = `The run costs ${formatRlc(total)}: ${address} has ${formatRlc(total - missingStake)} free on the market and ${formatRlc(nRLC)} in the wallet. ${formatRlc(missing)} is missing.`
    throw new IexecError('InsufficientFunds', sentence, {
      hints: [`Bring ${formatRlc(missing)} to ${address}, then try again. Nothing was bought.`],
      details: { account: address, token: 'RLC', needed: total, missing },
    })
  }
  const cost = gas * gasPriceWei
  if (cost <= wei) return
  const sentence = `The gas costs about ${etherText(cost)}, and ${address} has ${etherText(wei)}: ${etherText(cost - wei)} is missing.`
  throw new IexecError('InsufficientFunds', sentence, {
    hints: [`Bring coins of the chain to ${address}, then try again. Nothing was bought.`],
    details: { account: address, token: 'coin', needed: cost, missing: cost - wei },
  })
}

/**
 * Shows price, gas and deposit, and asks once.
 *
 * @throws CliError `AbortedByUser`, `NoTerminal`
 */
export async function askToBuy(call: Call, iexec: Iexec, estimate: RunEstimate): Promise<void> {
  const { terminal } = call
  const isForced = isSet(call, 'force') || isSet(call, 'yes')
  const category = await iexec.categories.show(estimate.wish.category ?? 0n)
  const lines = describePrice(estimate, category)
  // Whoever is asked has to see for what, also with --quiet and --raw.
  if (!isForced && terminal.isInteractive) terminal.streams.errors.write(`${clean(lines.join('\n'))}\n`)
  else for (const line of lines) terminal.say(line)
  await confirm(questionOf(estimate), terminal, isForced)
}

function questionOf({ total, missingStake }: RunEstimate): string {
  const buy = total === 0n ? 'Run it for nothing' : `Buy this run for ${formatRlc(total)}`
  return missingStake === 0n ? `${buy}?` : `${buy}, and deposit ${formatRlc(missingStake)} for it from your wallet?`
}

function describePrice(estimate: RunEstimate, category: Category): readonly string[] {
  const { sets, total, missingStake, gas, gasPriceWei, wish } = estimate
  const [set] = sets
  const { name, index, workClockTimeRef } = category
  const time = spanText(finalDeadline({ startTime: asInstant(0), timeref: workClockTimeRef }))
  const deposit = `${formatRlc(missingStake)} goes from your wallet to the market first`
  return [
    `A run of the app ${estimate.app}`,
    ...rows([
      ['app', set === undefined ? undefined : perTask(set.app.appprice)],
      [
        'dataset',
        set?.dataset === undefined ? undefined : `${set.dataset.dataset}, ${perTask(set.dataset.datasetprice)}`,
      ],
      [
        'workerpool',
        set === undefined ? undefined : `${set.workerpool.workerpool}, ${perTask(set.workerpool.workerpoolprice)}`,
      ],
      ['category', `${index} (${name}): a result within ${time}, or the price comes back`],
      ['trust', (wish.trust ?? 0n) > 1n ? `wrong in less than 1 of ${wish.trust} cases` : undefined],
      ['price', total === 0n ? 'nothing' : `${formatRlc(total)} in all`],
      ['deposit', missingStake === 0n ? undefined : deposit],
      ['gas', aboutGas(gas * gasPriceWei)],
    ]),
  ]
}

/** What gas will cost, in the unit of balances; three digits: nobody knows more of it. */
export function aboutGas(wei: bigint): string {
  const unknown = 10n ** BigInt(Math.max(0, wei.toString().length - 3))
  return `about ${etherText((wei / unknown) * unknown)}`
}

function etherText(wei: bigint): string {
  return `${formatIn(wei, 'ether')} ether`
}
