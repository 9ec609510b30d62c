// The highest block that a chain had: whoever is killed may find an older chain, and services that remember more than it has.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { readWhole, writeWhole } from '../folder/wholeFile.ts'

/**
 * Keeps the highest block of a chain in mind, beginning with what a chain of before had.
 *
 * @returns what hears of each block
 */
export function keepHighest(folder: string): (block: number) => void {
  let highest = readHead(folder) ?? -1
  return (block) => {
    if (block <= highest) return
    highest = block
    keepHead(folder, block)
  }
}

/** A full disk ends no network. */
function keepHead(folder: string, block: number): void {
  try {
    writeWhole(fileOf(folder), { block })
  } catch (cause) {
    process.emitWarning(`The block ${block} cannot be noted in ${folder}: ${String(cause)}`)
  }
}

/** The highest block that was seen; undefined when the chain was ended in order, with all that it had. */
export function readHead(folder: string): number | undefined {
  const { block } = Object(readWhole(fileOf(folder))) as { readonly block?: unknown }
  return typeof block === 'number' ? block : undefined
}

/** Says that the chain kept everything. */
export function forgetHead(folder: string): void {
  rmSync(fileOf(folder), { force: true })
}

/** Of a chain that does not answer, nothing. */
export async function askHead(rpcUrl: string): Promise<number | undefined> {
  try {
    const answer = await fetch(rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] }),
      signal: AbortSignal.timeout(5_000),
    })
    const { result } = (await answer.json()) as { readonly result?: string }
    return result === undefined ? undefined : Number(result)
  } catch {
    return undefined
  }
}

function fileOf(folder: string): string {
  return join(folder, 'head.json')
}
