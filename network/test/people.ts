// Who is who on a network of this machine, by the numbers of anvil's accounts.

/** Deployed the market, and holds all RLC and coin that nobody else has. */
export const FAUCET = 0
/** Sells apps. */
export const APP_OWNER = 1
/** Buys runs. */
export const REQUESTER = 2
/** Owns the workerpool. */
export const POOL_OWNER = 3
/** Runs the keeper. */
export const KEEPER = 4
/** The first worker; the others follow. */
export const FIRST_WORKER = 5
