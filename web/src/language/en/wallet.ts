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
  noAmount: 'This is no amount, such as 0.1, 0.1 RLC or 500 nRLC.',
  tooMuch: {
    deposit: 'Too much to put on the market: the wallet has {{most}}.',
    withdraw: 'Too much to take back: {{most}} is free on the market.',
  },
  cost: {
    noOrders: 'Nobody sells this at the moment. The price appears as soon as somebody does.',
    app: 'To the owner of the app',
    workerpool: 'To the workerpool and its workers',
    dataset: 'To the owner of the dataset',
    total: 'Price',
    gas: 'Fee of the chain, about',
    coins: '{{amount}} {{coin}}',
    back: 'If there is no result in time, the price comes back. If the workers agree that the app failed, they are paid all the same.',
    asks: 'Your wallet will ask you to confirm:',
    switch: 'the change to the chain {{chain}}',
    deposit: 'the transfer of {{amount}} to the market',
    sign: 'your signature of the request',
    send: 'the purchase itself',
    tooLittle:
      'Not enough RLC: the run costs {{total}}, and you have {{stake}} on the market and {{outside}} in the wallet.',
  },
} as const
