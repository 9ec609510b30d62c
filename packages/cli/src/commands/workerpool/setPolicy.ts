// iexec workerpool set-policy: by which shares a workerpool divides what it earns.
import { CliError } from '../../cliError.ts'
import type { Command } from '../../command.ts'
import { CHAIN_OPTION, CONFIRMS_OPTION, FORCE_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { rows } from '../../rows.ts'
import { isSet, openSigner } from '../../session.ts'
import { confirm } from '../../terminal/ask.ts'
import { wholeOption } from '../../values.ts'
import { addressArgumentOf, targetOf } from '../asset/target.ts'

export const setPolicyCommand: Command = {
  name: 'set-policy',
  summary: 'change by which shares a workerpool of yours divides what it earns',
  description:
    'Changes by which shares a workerpool of yours divides what it earns. Deals that were made keep the shares of their moment.',
  arguments: [addressArgumentOf('workerpool')],
  options: [
    CHAIN_OPTION,
    ...WALLET_OPTIONS,
    CONFIRMS_OPTION,
    FORCE_OPTION,
    { flags: '--worker-stake-ratio <percent>', summary: 'what each worker locks, in percent of the price' },
    { flags: '--scheduler-reward-ratio <percent>', summary: "the owner's share of the reward, in percent" },
  ],
  examples: [
    {
      line: 'iexec workerpool set-policy --scheduler-reward-ratio 5',
      meaning: 'the owner keeps 5 %, the rest as it is',
    },
  ],
  run: async (call) => {
    const stake = wholeOption(call, 'workerStakeRatio')
    const share = wholeOption(call, 'schedulerRewardRatio')
    if (stake === undefined && share === undefined) {
      throw new CliError('Usage', 'Nothing is named that should change.', {
        hints: ['Give --worker-stake-ratio, --scheduler-reward-ratio, or both.'],
      })
    }
    const address = await targetOf(call, 'workerpool')
    const iexec = await openSigner(call)
    const now = await iexec.workerpools.show(address)
    const policy = {
      workerStakeRatio: stake ?? now.workerStakeRatio,
      schedulerRewardRatio: share ?? now.schedulerRewardRatio,
    }
    const shares = `stake ${policy.workerStakeRatio} %, share of the owner ${policy.schedulerRewardRatio} %`
    await confirm(`Set the policy of ${address}: ${shares}?`, call.terminal, isSet(call, 'force'))
    const { txHash } = await iexec.workerpools.changePolicy(address, policy)
    return {
      raw: { address, txHash },
      json: { address, txHash, ...policy },
      text: [
        `The workerpool ${address} has a new policy.`,
        ...rows([
          ['stake', `each worker locks ${policy.workerStakeRatio} % of the price`],
          ['share', `the owner keeps ${policy.schedulerRewardRatio} % of the reward`],
          ['transaction', txHash],
        ]),
      ],
    }
  },
}
