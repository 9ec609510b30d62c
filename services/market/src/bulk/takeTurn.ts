// One turn of one bulk: fetches its list, then slices, for a bounded number of files and a bounded time.
import type { Reader } from '../db/database.ts'
import type { Bus } from '../live/bus.ts'
import { readBulk, readSlice } from './content.ts'
import type { Gateway } from './gateway.ts'
import {
  countTry,
  endTurn,
  insertList,
  insertSlice,
  isTooMuch,
  wantedSlices,
  type DueBulk,
  type Turn,
  type WantedSlice,
} from './rows.ts'

/** What a turn needs. */
export type TurnDeps = {
  readonly read: Reader
  readonly bus: Bus
  readonly gateway: Gateway
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** After so many files, or so long, other bulks get their turn. */
const FILES = 100
const LONGEST_MS = 60_000

/**
 * Takes one turn. What the gateway does wrong is remembered with the bulk; an abort leaves the bulk due as it was.
 *
 * @returns how many bytes were read
 * @throws Error when the database fails
 */
export async function takeTurn(deps: TurnDeps, bulk: DueBulk, signal: AbortSignal): Promise<number> {
  const { bus, now } = deps
  const started = now()
  let turn: Turn =
    bulk.listed === 1 ? { bytes: 0, brought: 0, problem: undefined } : await fetchList(deps, bulk, signal)
  const slices = turn.problem === undefined ? await wantedSlices(deps.read, bulk, FILES) : []
  for (const slice of slices) {
    if (signal.aborted || now() - started > LONGEST_MS || isTooMuch(bulk.bytes + turn.bytes)) break
    turn = add(turn, await fetchSlice(deps, slice, signal))
  }
  if (!signal.aborted) await bus.write(async (writer) => endTurn(writer, bulk, { turn, now: now() }))
  return turn.bytes
}

function add(turn: Turn, { bytes, brought, problem }: Turn): Turn {
  return { bytes: turn.bytes + bytes, brought: turn.brought + brought, problem: problem ?? turn.problem }
}

async function fetchList({ bus, gateway }: TurnDeps, bulk: DueBulk, signal: AbortSignal): Promise<Turn> {
  const file = await gateway(bulk.cid, signal)
  const listed = file.ok ? readBulk(file.text, { first: bulk.bot_first, size: bulk.bot_size }) : undefined
  const { bytes } = file
  if (listed === undefined) return { bytes, brought: 0, problem: problemOf(file, bulk.cid) }
  await bus.write(async (writer) => insertList(writer, bulk, listed))
  return { bytes, brought: 1, problem: undefined }
}

async function fetchSlice({ bus, gateway }: TurnDeps, slice: WantedSlice, signal: AbortSignal): Promise<Turn> {
  const file = await gateway(slice.cid, signal)
  const { bytes } = file
  const orders = file.ok ? readSlice(file.text) : undefined
  if (orders !== undefined) {
    await bus.write(async (writer) => insertSlice(writer, slice, orders))
    return { bytes, brought: 1, problem: undefined }
  }
  if (!signal.aborted) await bus.write(async (writer) => countTry(writer, slice))
  return { bytes, brought: 0, problem: problemOf(file, slice.cid) }
}

function problemOf(file: Awaited<ReturnType<Gateway>>, cid: string): string {
  return file.ok ? `${cid} is not a JSON array.` : file.problem
}
