// Where a market stands: every address follows from the terms, so it is known before anything is deployed.
import { DEFAULT_CATEGORIES } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import { concat, encodeAbiParameters } from 'viem/utils'
import { marketCode } from './bytecode.ts'
import { addressOf } from './proxy.ts'
import type { MarketTerms } from './terms.ts'

/** The contracts of a market, in the order in which they are deployed. */
export type MarketPart = keyof typeof marketCode

/** The address of each contract of a market. */
export type PredictedMarket = { readonly [Part in MarketPart]: Address }

/** One contract to deploy: creation code with its arguments, and where that puts it. */
export type MarketStep = { readonly part: MarketPart; readonly initCode: Hex; readonly address: Address }

/**
 * The addresses that a market of these terms has, on every chain, deployed or not.
 *
 * @example
 * predictMarket({ owner }).hub
 */
export function predictMarket(terms: MarketTerms): PredictedMarket {
  return planMarket(terms).addresses
}

/** Says where a part will stand that is created by this code. */
export type Locator = (part: MarketPart, initCode: Hex) => Address

/**
 * What is to be deployed, and where it will be. A token that exists is no step.
 *
 * @param locate for those who deploy by other means than the CREATE2 deployment proxy
 * @example
 * planMarket({ owner }).steps.map(({ part }) => part) // ['token', 'appregistry', …, 'hub']
 */
export function planMarket(
  terms: MarketTerms,
  locate: Locator = (_, initCode) => addressOf(initCode),
): { readonly addresses: PredictedMarket; readonly steps: readonly MarketStep[] } {
  const step = (part: MarketPart, constructorArguments: Hex): MarketStep => {
    const initCode = concat([marketCode[part].creation, constructorArguments])
    return { part, initCode, address: locate(part, initCode) }
  }
  const token = step('token', encodeAbiParameters([{ type: 'address' }], [terms.owner]))
  const appregistry = step('appregistry', registryArguments(terms, 'app'))
  const datasetregistry = step('datasetregistry', registryArguments(terms, 'dataset'))
  const workerpoolregistry = step('workerpoolregistry', registryArguments(terms, 'workerpool'))
  const config: HubConfig = {
    owner: terms.owner,
    token: terms.token ?? token.address,
    appregistry: appregistry.address,
    datasetregistry: datasetregistry.address,
    workerpoolregistry: workerpoolregistry.address,
  }
  const hubExtension = step('hubExtension', encodeAbiParameters([HUB_CONFIG], [config]))
  const hub = step('hub', hubArguments(config, hubExtension.address, terms))
  return {
    addresses: {
      token: config.token,
      appregistry: appregistry.address,
      datasetregistry: datasetregistry.address,
      workerpoolregistry: workerpoolregistry.address,
      hubExtension: hubExtension.address,
      hub: hub.address,
    },
    steps: [
      ...(terms.token === undefined ? [token] : []),
      appregistry,
      datasetregistry,
      workerpoolregistry,
      hubExtension,
      hub,
    ],
  }
}

type HubConfig = { readonly [Field in 'owner' | 'token' | RegistryPart]: Address }

/** The three registries among the parts. */
export type RegistryPart = 'appregistry' | 'datasetregistry' | 'workerpoolregistry'

const HUB_CONFIG = {
  type: 'tuple',
  components: [
    { name: 'owner', type: 'address' },
    { name: 'token', type: 'address' },
    { name: 'appregistry', type: 'address' },
    { name: 'datasetregistry', type: 'address' },
    { name: 'workerpoolregistry', type: 'address' },
  ],
} as const

const CATEGORIES = {
  type: 'tuple[]',
  components: [
    { name: 'name', type: 'string' },
    { name: 'description', type: 'string' },
    { name: 'workClockTimeRef', type: 'uint256' },
  ],
} as const

function registryArguments({ owner, baseUri = '' }: MarketTerms, kind: string): Hex {
  return encodeAbiParameters([{ type: 'address' }, { type: 'string' }], [owner, baseUri.replaceAll('{kind}', kind)])
}

function hubArguments(config: HubConfig, extension: Address, { categories = DEFAULT_CATEGORIES }: MarketTerms): Hex {
  return encodeAbiParameters([HUB_CONFIG, { type: 'address' }, CATEGORIES], [config, extension, categories])
}
