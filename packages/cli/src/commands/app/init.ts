// iexec app init: an app in iexec.json, to begin with.
import { NO_ADDRESS, NO_TAG } from '@iexec/protocol'
import type { Hex } from 'viem'
import type { Command } from '../../command.ts'
import { FORCE_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { requireWalletAddress } from '../../session.ts'
import { writeTemplate } from '../asset/template.ts'

/** The app that a new project begins with: an image that everybody can pull. */
export const TEMPLATE_IMAGE: { readonly multiaddr: string; readonly checksum: Hex } = {
  multiaddr: 'iexechub/python-hello-world:8.0.4',
  checksum: '0xb0b664b7a6d249f81c067a9262b1763144eeb3ca63e553567f71673442ce9e84',
}

export const initAppCommand: Command = {
  name: 'init',
  summary: 'describe an app in iexec.json, to begin with',
  description:
    'Describes an app in iexec.json, to begin with: set its name, its price and its image, then iexec app deploy.',
  options: [...WALLET_OPTIONS, FORCE_OPTION],
  examples: [{ line: 'iexec app init', meaning: 'then edit iexec.json' }],
  run: async (call) => {
    const owner = await requireWalletAddress(call)
    return writeTemplate(call, {
      name: 'app',
      sections: {
        app: { owner, name: 'hello-world', price: '0 RLC', type: 'DOCKER', ...TEMPLATE_IMAGE },
        buyConf: { params: { iexec_args: '' }, tag: NO_TAG, trust: '0', callback: NO_ADDRESS },
      },
      next: [
        'Set name, price (nRLC, or with a unit: "0.1 RLC") and multiaddr (the image) there.',
        'Without the checksum of the image, its registry is asked.',
        'Then: iexec app deploy',
      ],
    })
  },
}
