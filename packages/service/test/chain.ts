// Everything that a test needs to make things happen on a real market on a real chain.
export * from './chainBase.ts'
export * from './chainOrders.ts'
export * from './chainTasks.ts'
