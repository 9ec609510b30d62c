// What is written down of a network's registry of images: whoever finds the network killed, or ends it from elsewhere, finds it by this.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { readWhole, writeWhole } from '../folder/wholeFile.ts'

/** The registry of a network. */
export type RegistryNote = {
  /** Of which image its container is. */
  readonly image: string
  /** Undefined when it was ended in order. */
  readonly running: { readonly dockerHost?: string; readonly port: number } | undefined
}

/** The registry that the network of a folder has, or had; undefined when it never had one. */
export function readNote(folder: string): RegistryNote | undefined {
  const note = readWhole(fileOf(folder)) as RegistryNote | undefined
  return note === undefined ? undefined : { image: note.image, running: note.running }
}

/** Writes down which registry a network has. */
export function writeNote(folder: string, note: RegistryNote): void {
  writeWhole(fileOf(folder), note)
}

/** Says that a network has never had a registry. */
export function forgetNote(folder: string): void {
  rmSync(fileOf(folder), { force: true })
}

/** Where the images of a network lie. */
export function imagesOf(folder: string): string {
  return join(folder, 'registry')
}

function fileOf(folder: string): string {
  return join(folder, 'registry.json')
}
