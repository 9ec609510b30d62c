// Sending the transactions of one key: a path of its own, for whoever loads it only when something is sent.
export * from './command.ts'
export type { Fees } from './fees.ts'
export { createSender } from './sender.ts'
