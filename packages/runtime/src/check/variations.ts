// What differs between workers, and how each of these things can be varied on one machine.
import type { Job, Variation } from '../job.ts'

/** A thing that differs between workers, or between two runs. */
export type Thing =
  /** When the run begins: always another moment, also when nothing else is varied. */
  | 'start time'
  | 'clock'
  | 'time zone'
  | 'host name'
  | 'cpu count'
  | 'process number'
  | 'file order'
  | 'temporary folder'

/** What is varied in one run. */
export type Varied = {
  readonly env: Readonly<Record<string, string>>
  readonly variation: Variation
  /** Inputs are put into their folder in the opposite order. */
  readonly isReversed: boolean
}

/** Something that could not be varied here. */
export type NotVaried = { readonly thing: Thing; readonly why: string }

/** What can be varied, and what cannot. */
export type Possibilities = { readonly can: readonly Thing[]; readonly cannot: readonly NotVaried[] }

/** What is known of an app and of this machine before the first run. */
export type Ground = {
  readonly type: Job['app']['type']
  /** Cpus of the engine's machine. */
  readonly cpus: number
  /** libfaketime on the engine's machine, where it is installed. */
  readonly clockLibrary?: string | undefined
  /** Why the clock of this app cannot be set, although the library is there: `it is linked statically`. */
  readonly clockObstacle?: string | undefined
  /** Whether the file system lists files in an order that depends on how they came. */
  readonly isOrderVariable: boolean
  readonly inputs: number
  /** Whether the engine brings a first process of its own. */
  readonly hasInit: boolean
}

/** 29 February 2020, 23:59:30 UTC: a day, a month and a leap day end while an app runs. */
const OTHER_CLOCK = 1_583_020_770
const OTHER_FOLDER = '/tmp-of-check'

/**
 * What can be varied for an app here.
 *
 * @example
 * possibilitiesOf(ground).cannot // [{ thing: 'clock', why: 'libfaketime is not installed on this machine.' }]
 */
export function possibilitiesOf(ground: Ground): Possibilities {
  const cannot = CHECKED.flatMap((thing) => {
    const why = obstacleOf(thing, ground)
    return why === undefined ? [] : [{ thing, why }]
  })
  return { can: CHECKED.filter((thing) => !cannot.some((other) => other.thing === thing)), cannot }
}

/** In the order in which they are suspected. */
const CHECKED: readonly Thing[] = [
  'clock',
  'time zone',
  'host name',
  'cpu count',
  'process number',
  'file order',
  'temporary folder',
]

function obstacleOf(thing: Thing, ground: Ground): string | undefined {
  if (ground.type === 'WASM') return 'For a WASM module it is the same on every worker.'
  switch (thing) {
    case 'clock':
      if (ground.clockLibrary === undefined) return 'libfaketime is not installed on this machine.'
      return ground.clockObstacle
    case 'cpu count':
      return ground.cpus > 1 ? undefined : 'This machine has one cpu.'
    case 'process number':
      return ground.hasInit ? undefined : 'The engine has no first process (docker-init) to put before the app.'
    case 'file order':
      if (ground.inputs < 2) return 'There are fewer than two inputs.'
      return ground.isOrderVariable
        ? undefined
        : 'The file system of this machine lists files always in the same order.'
    case 'start time':
    case 'time zone':
    case 'host name':
    case 'temporary folder':
      return undefined
  }
}

/**
 * How a run is varied in some things.
 *
 * @example
 * varyAll(['host name'], ground).variation // { hostname: 'other-host' }
 */
export function varyAll(things: readonly Thing[], ground: Ground): Varied {
  const has = (thing: Thing): boolean => things.includes(thing)
  const { clockLibrary } = ground
  return {
    // As on the Chatham Islands in summer: not in whole hours, and another day most of the time.
    env: has('time zone') ? { TZ: 'XXX-13:45' } : {},
    isReversed: has('file order'),
    variation: {
      ...(has('host name') ? { hostname: 'other-host' } : {}),
      ...(has('cpu count') ? { visibleCpus: 1 } : {}),
      ...(has('process number') ? { isSecondProcess: true } : {}),
      ...(has('temporary folder') ? { temporaryFolder: OTHER_FOLDER } : {}),
      ...(has('clock') && clockLibrary !== undefined
        ? { clock: { library: clockLibrary, startsAt: OTHER_CLOCK } }
        : {}),
    },
  }
}
