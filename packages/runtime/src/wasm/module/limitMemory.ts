// Gives a rewritten module the limit of its task: the greatest size of its memory.
import { ByteReader, ByteWriter } from './bytes.ts'
import { readEntries, readMemory, readSections, SECTION } from './sections.ts'
import type { Bounds } from './shape.ts'

/**
 * Lowers the greatest size of a module's memory.
 *
 * @param module a module that was rewritten
 * @param pages the limit, in pages of 64 KiB
 * @returns the module, or undefined when its memory begins above the limit
 * @example
 * limitMemory(module, 512) // at most 32 MiB
 */
export function limitMemory(module: Uint8Array, pages: number): Uint8Array | undefined {
  const section = readSections(module).get(SECTION.memory)
  if (section === undefined) return module
  const [bounds] = readEntries(new ByteReader(module, section.at, section.end), readMemory)
  if (bounds === undefined) return module
  if (bounds.min > pages) return undefined
  const old = { start: section.at, end: section.end }
  return splice(module, old, { min: bounds.min, max: Math.min(bounds.max ?? pages, pages) })
}

function splice(module: Uint8Array, old: { start: number; end: number }, bounds: Required<Bounds>): Uint8Array {
  const body = new ByteWriter()
  body.byte(1, 1)
  body.u32(bounds.min)
  body.u32(bounds.max)
  const writer = new ByteWriter()
  // The length before the section is written in as few bytes as it needs, here and in the rewriter: one, as it is below 128.
  writer.raw(module.subarray(0, old.start - 1))
  writer.part(body.done())
  writer.raw(module.subarray(old.end))
  return writer.done()
}
