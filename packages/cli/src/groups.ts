// Everything that the command can do, by noun. A group's file is loaded when it is called.
import type { Group } from './command.ts'

/** All groups, in the order of the help. */
export const GROUPS: readonly Group[] = [
  {
    name: 'wallet',
    summary: 'your keys, and the coins and RLC that they hold',
    load: async () => import('./commands/wallet/index.ts'),
  },
  {
    name: 'account',
    summary: 'RLC on the market: deposit, withdraw, see what was earned',
    load: async () => import('./commands/account/index.ts'),
  },
]
