// The order book: who may put what into it, what is in it, and what leaves it as the chain moves.
export { findOrder, listOrders } from './list.ts'
export { publishEntries } from './publish.ts'
export { recheckBook } from './recheck.ts'
export { reopenBook } from './reopen.ts'
export { ChainUnreachable } from './refusal.ts'
export { unpublishOrders } from './unpublish.ts'
