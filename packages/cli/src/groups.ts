// Everything that the command can do, by noun. A group's file is loaded when it is called.
import type { Group, Single } from './command.ts'

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
  {
    name: 'app',
    summary: 'programs that earn at every run: deploy, sell, show',
    load: async () => import('./commands/app/index.ts'),
  },
  {
    name: 'dataset',
    summary: 'files that are sold per use: encrypt, deploy, sell, show',
    load: async () => import('./commands/dataset/index.ts'),
  },
  {
    name: 'workerpool',
    summary: 'groups of workers that sell computing together',
    load: async () => import('./commands/workerpool/index.ts'),
  },
  {
    name: 'category',
    summary: 'how long tasks may run',
    load: async () => import('./commands/category/index.ts'),
  },
  {
    name: 'order',
    summary: 'what you sell or want, signed: make, publish, match, cancel',
    load: async () => import('./commands/order/index.ts'),
  },
  {
    name: 'orderbook',
    summary: 'what others sell and want',
    load: async () => import('./commands/orderbook/index.ts'),
  },
  {
    name: 'deal',
    summary: 'what was bought: follow it, and get the price of lost tasks back',
    load: async () => import('./commands/deal/index.ts'),
  },
  {
    name: 'task',
    summary: 'one run of an app: follow it, and get its result',
    load: async () => import('./commands/task/index.ts'),
  },
  {
    name: 'result',
    summary: 'results that are encrypted for you: keys, and decrypting',
    load: async () => import('./commands/result/index.ts'),
  },
  {
    name: 'storage',
    summary: 'tokens for a storage of yours, into which results are written',
    load: async () => import('./commands/storage/index.ts'),
  },
  {
    name: 'requester',
    summary: 'secrets for the apps that you run',
    load: async () => import('./commands/requester/index.ts'),
  },
]

/** Commands without a noun, in the order of the help. */
export const SINGLES: readonly Single[] = [
  {
    name: 'init',
    summary: 'begin a project: iexec.json, chain.json and a wallet',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    name: 'info',
    summary: 'show the contracts and services of a chain',
    load: async () => (await import('./commands/info.ts')).infoCommand,
  },
  {
    name: 'help',
    summary: 'explain a topic or a command',
    load: async () => (await import('./commands/help.ts')).helpCommand,
  },
  {
    name: 'doctor',
    summary: 'look whether everything is ready, and say what to do where it is not',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  {
    name: 'completion',
    summary: 'print what makes a shell complete words of iexec',
    load: async () => (await import('./commands/completion.ts')).completionCommand,
  },
]
