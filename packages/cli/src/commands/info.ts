// iexec info: where the market of a chain is.
import { KNOWN_CHAINS, type ChainSettings } from '@iexec/sdk'
import { getAddress } from 'viem'
import type { Command } from '../command.ts'
import { CHAIN_OPTION } from '../options.ts'
import { rows } from '../rows.ts'
import { openReader } from '../session.ts'

export const infoCommand: Command = {
  name: 'info',
  summary: 'show the contracts and services of a chain',
  options: [CHAIN_OPTION],
  examples: [
    { line: 'iexec info', meaning: 'of the default chain' },
    { line: 'iexec info --chain arbitrum-mainnet', meaning: 'of another one' },
  ],
  run: async (call) => {
    const { context } = await openReader(call)
    const { chain, contracts, domain } = context
    const addresses = {
      hubAddress: getAddress(contracts.hub),
      rlcAddress: getAddress(contracts.rlc),
      appRegistryAddress: getAddress(contracts.appRegistry),
      datasetRegistryAddress: getAddress(contracts.datasetRegistry),
      workerpoolRegistryAddress: getAddress(contracts.workerpoolRegistry),
    }
    const { name, chainId, rpcUrls, marketUrl, storageUrl, ipfsApiUrl, compassUrl, vaultUrl } = chain
    const services = { marketUrl, storageUrl, ipfsApiUrl, compassUrl, vaultUrl }
    return {
      raw: { pocoVersion: domain.version, host: hostOf(chain), ...addresses },
      json: { chain: name, chainId, pocoVersion: domain.version, rpcUrls, ...addresses, services },
      text: [
        `Chain ${name} (${chainId})`,
        ...rows([
          ['node', rpcUrls?.[0]],
          ['hub', addresses.hubAddress],
          ['RLC', addresses.rlcAddress],
          ['apps', addresses.appRegistryAddress],
          ['datasets', addresses.datasetRegistryAddress],
          ['workerpools', addresses.workerpoolRegistryAddress],
          ['market', marketUrl ?? 'none configured'],
          ['storage', storageUrl ?? 'none configured'],
          ['vault', vaultUrl ?? 'none configured'],
        ]),
      ],
    }
  },
}

/** Scripts know the node that the command itself brings as "default". */
function hostOf({ chainId, rpcUrls = [] }: ChainSettings): string {
  const known = KNOWN_CHAINS.find((chain) => chain.chainId === chainId)?.rpcUrls?.[0]
  return rpcUrls[0] === known ? 'default' : (rpcUrls[0] ?? '')
}
