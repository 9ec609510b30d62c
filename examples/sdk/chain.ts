// Where the market is and who acts, from the environment: what every example needs first.
import process from 'node:process'
import { createIexec, type Iexec } from '@iexec/sdk'
import { isHex, type Address } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

/** The client of whoever's key is in PRIVATE_KEY, on the market that RPC_URL, CHAIN_ID, HUB and MARKET_URL name. */
export async function openIexec(): Promise<Iexec> {
  const key = required('PRIVATE_KEY')
  if (!isHex(key)) throw new Error('PRIVATE_KEY must be 0x and 64 hex digits.')
  return createIexec({
    chain: {
      name: 'example',
      chainId: Number(required('CHAIN_ID')),
      hub: required('HUB') as Address,
      rpcUrls: [required('RPC_URL')],
      marketUrl: required('MARKET_URL'),
    },
    account: privateKeyToAccount(key),
  })
}

/** A variable of the environment. */
export function required(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`Set ${name}.`)
  return value
}
