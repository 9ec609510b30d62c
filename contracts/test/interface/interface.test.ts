// The interface is kept bit for bit: what is missing, different or new without a reason fails here.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ORDER_FIELDS, ORDER_TYPE_NAMES } from '@iexec/protocol'
import {
  appAbi,
  appRegistryAbi,
  datasetAbi,
  datasetRegistryAbi,
  hubAbi,
  rlcAbi,
  workerpoolAbi,
  workerpoolRegistryAbi,
} from '@iexec/protocol/abi'
import { keccak256, toBytes, toEventSelector, toFunctionSelector, type Abi } from 'viem'
import { describe, expect, test } from 'vitest'
import { isNamed, keyOf, listDifferences } from './compare.ts'
import { deliberateDifferences, leftOutParts } from './deliberate.ts'
import {
  consumedFunctions,
  optionalParts,
  publishedAbi,
  readSignatures,
  referenceAbi,
  referenceContracts,
  typehashes,
  type Listing,
} from './reference.ts'

const typedAbis: Readonly<Record<string, Abi>> = {
  IexecInterfaceToken: hubAbi,
  'registries/apps/AppRegistry': appRegistryAbi,
  'registries/apps/App': appAbi,
  'registries/datasets/DatasetRegistry': datasetRegistryAbi,
  'registries/datasets/Dataset': datasetAbi,
  'registries/workerpools/WorkerpoolRegistry': workerpoolRegistryAbi,
  'registries/workerpools/Workerpool': workerpoolAbi,
}

// RLC is no part of the package that the published files replace.
const publishedNames = Object.keys(referenceContracts).filter((name) => name !== 'RLC')

describe('the contracts have the interface of the reference', () => {
  test.for(publishedNames)('%s', (name) => {
    expect(differencesOf(name, publishedAbi(name))).toEqual([])
  })

  test('RLC', () => {
    expect(differencesOf('RLC', rlcAbi)).toEqual([])
  })

  test.for(Object.keys(typedAbis))('%s is typed for TypeScript as it is published', (name) => {
    const published = publishedAbi(name).filter(isNamed)

    expect(typedAbis[name]).toEqual(withoutInternalTypes(published))
  })

  test('every contract has its list of differences, and every list its contract', () => {
    expect(Object.keys(deliberateDifferences).toSorted()).toEqual(Object.keys(referenceContracts).toSorted())
    expect(Object.keys(leftOutParts).toSorted()).toEqual(Object.keys(optionalParts).toSorted())
  })

  test.for(Object.keys(leftOutParts))('nothing of the part that is left out is there: %s', (part) => {
    const kept = new Set(referenceAbi('IexecInterfaceToken').filter(isNamed).map(keyOf))
    const { functions, events } = optionalParts[part] ?? { functions: {}, events: {} }
    const ours = new Set(hubAbi.map(keyOf))

    const there = readSignatures([...Object.values(functions), ...Object.values(events)])
      .map(keyOf)
      .filter((key) => ours.has(key) && !kept.has(key))

    expect(there).toEqual([])
  })
})

describe('what clients rely on', () => {
  test.for(['apps/App', 'datasets/Dataset', 'workerpools/Workerpool'])(
    'the published %s has no view that the reference has not: clients call each one that they find',
    (entry) => {
      expect(viewsOf(publishedAbi(`registries/${entry}`))).toEqual(viewsOf(referenceAbi(`registries/${entry}`)))
    },
  )

  test('a deal is read with the names of its fields', () => {
    const viewDeal = publishedAbi('IexecInterfaceToken').find((item) => keyOf(item) === 'function viewDeal(bytes32)')
    const fields = 'app dataset workerpool trust category tag requester beneficiary callback params startTime botFirst'

    expect(viewDeal).toMatchObject({
      outputs: [
        {
          components: [
            ...fields.split(' ').map((name) => (isResource(name) ? { name, components: RESOURCE } : { name })),
            { name: 'botSize' },
            { name: 'workerStake' },
            { name: 'schedulerRewardRatio' },
            { name: 'sponsor' },
          ],
        },
      ],
    })
  })

  test('no two functions of the hub have the same selector', () => {
    const selectors = hubAbi.flatMap((item) => (item.type === 'function' ? [toFunctionSelector(item)] : []))

    expect(new Set(selectors).size).toBe(selectors.length)
  })
})

describe('the fixture says what the specification says', () => {
  const contracts = Object.entries({
    ...referenceContracts,
    ...optionalParts,
    consumed: { functions: consumedFunctions },
  })

  test.for(contracts)('the selectors and topics of %s are those of its signatures', ([, listings]) => {
    for (const listing of Object.values(listings)) {
      if (!isListing(listing)) continue
      expect(Object.keys(listing)).toEqual(Object.values(listing).map(selectorOf))
    }
  })

  test('the EIP-712 type hashes are those of the type strings', () => {
    for (const [type, hash] of Object.entries(typehashes)) expect(keccak256(toBytes(type))).toBe(hash)
  })

  test('the hub hashes these types', () => {
    const library = readFileSync(join(import.meta.dirname, '../../src/libraries/OrderLib.sol'), 'utf8')

    for (const type of Object.keys(typehashes)) expect(library).toContain(`"${type.slice(0, type.indexOf(')') + 1)}"`)
  })

  test('orders are signed with these types', () => {
    const types = Object.entries(ORDER_FIELDS).map(([kind, fields]) => {
      const name = Object.entries(ORDER_TYPE_NAMES).find(([other]) => other === kind)?.[1]
      return `${name}(${fields.map((field) => `${field.type} ${field.name}`).join(',')})`
    })

    expect(types).toHaveLength(4)
    expect(Object.keys(typehashes)).toEqual(expect.arrayContaining(types))
  })
})

const RESOURCE = [{ name: 'pointer' }, { name: 'owner' }, { name: 'price' }]

function isResource(field: string): boolean {
  return ['app', 'dataset', 'workerpool'].includes(field)
}

/** How an ABI differs from the reference of this name, apart from what is deliberate. */
function differencesOf(name: string, ours: Abi): readonly string[] {
  const deliberate = deliberateDifferences[name]
  if (deliberate === undefined) throw new Error(`Nobody said how ${name} may differ.`)
  return listDifferences({ ours, reference: referenceAbi(name), deliberate })
}

function viewsOf(abi: Abi): readonly string[] {
  return abi.filter(isView).map(keyOf).toSorted()
}

function isView(item: Abi[number]): boolean {
  return item.type === 'function' && ['view', 'pure'].includes(item.stateMutability)
}

function withoutInternalTypes(abi: Abi): unknown {
  return JSON.parse(JSON.stringify(abi, (key, value: unknown) => (key === 'internalType' ? undefined : value)))
}

function isListing(listing: Listing | readonly string[]): listing is Listing {
  return !Array.isArray(listing)
}

function selectorOf(signature: string): string {
  const key = readSignatures([signature]).filter(isNamed).map(keyOf).join()
  const canonical = key.slice(key.indexOf(' ') + 1)
  return key.startsWith('event ') ? toEventSelector(canonical) : toFunctionSelector(canonical)
}
