// What clients write: orders and logins. A path of its own, so that no bundler takes the schemas, and zod, for a part of it.
export * from './login.ts'
export * from './order/kind.ts'
export * from './order/order.ts'
