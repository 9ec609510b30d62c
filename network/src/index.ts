// The whole market on one machine.
export * from './people.ts'
export type { Service } from './service.ts'
export { startNetwork, type Network, type NetworkOptions } from './startNetwork.ts'
