// English words of the wallet.

/** Words of the wallet. */
export const wallet = {
  connect: 'Connect wallet',
  choose: 'Choose a wallet',
  yours: 'Your wallet',
  none: 'No wallet announced itself to this page. Install one as an extension of your browser, unlock it, and come back.',
  confirm: 'Confirm in your wallet…',
  account: 'Account',
  disconnect: 'Disconnect',
  stake: 'On the market',
  locked: 'Held by deals and tasks',
  outside: 'In the wallet',
  amount: 'Amount in RLC',
  deposit: 'Put on the market',
  withdraw: 'Take back',
  most: 'All: {{amount}}',
} as const
