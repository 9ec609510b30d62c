// How far a download is: the engine tells it layer by layer, people want one number.
import type { FetchProgress } from '../job.ts'

/** A line that the engine sends while it downloads; there are more fields, which do not matter here. */
export type PullEvent = {
  /** The layer, in twelve digits. */
  readonly id?: string
  readonly status?: string
  readonly progressDetail?: { readonly current?: number; readonly total?: number }
  readonly error?: string
}

type Layer = { readonly done: number; readonly total?: number }

/** Adds up what the engine tells. */
export type Progress = {
  /** Takes a line, and returns how far all of it is. */
  readonly add: (event: PullEvent) => FetchProgress
}

/**
 * Adds up the layers of one download. The total is known once the engine has told it of every layer; layers that are at hand
 * already count as nothing.
 *
 * @example
 * newProgress().add({ id: '1a2b', status: 'Downloading', progressDetail: { current: 10, total: 30 } })
 * // { doneBytes: 10, totalBytes: 30 }
 */
export function newProgress(): Progress {
  const layers = new Map<string, Layer>()
  return {
    add: ({ id, status, progressDetail }) => {
      const layer = id === undefined ? undefined : follow(layers.get(id), status, progressDetail)
      if (id !== undefined && layer !== undefined) layers.set(id, layer)
      return addUp([...layers.values()])
    },
  }
}

function follow(layer: Layer | undefined, status = '', detail: PullEvent['progressDetail'] = {}): Layer | undefined {
  switch (status) {
    case 'Pulling fs layer':
      return { done: 0 }
    case 'Already exists':
      return { done: 0, total: 0 }
    case 'Downloading':
      return { done: detail.current ?? 0, ...(detail.total === undefined ? {} : { total: detail.total }) }
    case 'Download complete':
    case 'Pull complete':
      return { done: layer?.total ?? layer?.done ?? 0, total: layer?.total ?? layer?.done ?? 0 }
    default:
      // While it unpacks, the same bytes are counted a second time.
      return layer
  }
}

function addUp(layers: readonly Layer[]): FetchProgress {
  const doneBytes = layers.reduce((sum, { done }) => sum + done, 0)
  const totals = layers.map(({ total }) => total)
  if (totals.length === 0 || totals.includes(undefined)) return { doneBytes }
  return { doneBytes, totalBytes: totals.reduce<number>((sum, total) => sum + (total ?? 0), 0) }
}
