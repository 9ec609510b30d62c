// The few questions that orders ask of contracts. The generated interface of the hub alone would be a tenth of what a browser loads
// to sign, publish and match; a test compares what stands here with what is generated.
import type { Hex } from 'viem'

/** Questions to the hub. */
export const HUB_VIEWS = [
  {
    type: 'function',
    name: 'countCategory',
    inputs: [],
    outputs: [{ name: '', type: 'uint256' }],
    stateMutability: 'view',
  },
  {
    type: 'function',
    name: 'teebroker',
    inputs: [],
    outputs: [{ name: '', type: 'address' }],
    stateMutability: 'view',
  },
  {
    type: 'function',
    name: 'verifySignature',
    inputs: [
      { name: 'account', type: 'address' },
      { name: 'hash', type: 'bytes32' },
      { name: 'signature', type: 'bytes' },
    ],
    outputs: [{ name: '', type: 'bool' }],
    stateMutability: 'view',
  },
  {
    type: 'function',
    name: 'viewAccount',
    inputs: [{ name: 'account', type: 'address' }],
    outputs: [
      {
        name: '',
        type: 'tuple',
        components: [
          { name: 'stake', type: 'uint256' },
          { name: 'locked', type: 'uint256' },
        ],
      },
    ],
    stateMutability: 'view',
  },
  {
    type: 'function',
    name: 'viewCategory',
    inputs: [{ name: '_catid', type: 'uint256' }],
    outputs: [
      {
        name: '',
        type: 'tuple',
        components: [
          { name: 'name', type: 'string' },
          { name: 'description', type: 'string' },
          { name: 'workClockTimeRef', type: 'uint256' },
        ],
      },
    ],
    stateMutability: 'view',
  },
  {
    type: 'function',
    name: 'viewConsumed',
    inputs: [{ name: '_id', type: 'bytes32' }],
    outputs: [{ name: 'consumed', type: 'uint256' }],
    stateMutability: 'view',
  },
  {
    type: 'function',
    name: 'viewPresigned',
    inputs: [{ name: '_id', type: 'bytes32' }],
    outputs: [{ name: 'signer', type: 'address' }],
    stateMutability: 'view',
  },
] as const

/** Questions to a workerpool. */
export const WORKERPOOL_VIEWS = [
  {
    type: 'function',
    name: 'm_schedulerRewardRatioPolicy',
    inputs: [],
    outputs: [{ name: '', type: 'uint256' }],
    stateMutability: 'view',
  },
  {
    type: 'function',
    name: 'm_workerStakeRatioPolicy',
    inputs: [],
    outputs: [{ name: '', type: 'uint256' }],
    stateMutability: 'view',
  },
] as const

/** Topic of the hub's event `OrdersMatched`. Its data are the id of the deal, the hashes of the four orders, and the volume. */
export const ORDERS_MATCHED: Hex = '0xd811b592ed0899225773e8933d8df64bd0b62761a9d7aad4ed5b22735f4610a4'

/** What stands in the data of `OrdersMatched`. */
export const ORDERS_MATCHED_DATA = [
  { name: 'dealid', type: 'bytes32' },
  { name: 'appHash', type: 'bytes32' },
  { name: 'datasetHash', type: 'bytes32' },
  { name: 'workerpoolHash', type: 'bytes32' },
  { name: 'requestHash', type: 'bytes32' },
  { name: 'volume', type: 'uint256' },
] as const
