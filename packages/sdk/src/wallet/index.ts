// The verbs of wallets, by the short names under which `createIexec` has them.
export { sendCoins, sendRlc } from './sendCoins.ts'
export { showWallet as show } from './showWallet.ts'
export { sweepWallet as sweep } from './sweepWallet.ts'
