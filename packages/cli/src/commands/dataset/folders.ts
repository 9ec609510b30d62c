// Where a project keeps datasets: as they are, encrypted, and their keys.
import { resolve } from 'node:path'
import type { Call, Option } from '../../command.ts'
import { projectFolder, text } from '../../session.ts'

/** The three folders, absolute. */
export type DatasetFolders = { readonly original: string; readonly encrypted: string; readonly keys: string }

/** Options that name them. */
export const FOLDER_OPTIONS: readonly Option[] = [
  { flags: '--original-dataset-dir <path>', summary: 'what is to be encrypted', fallback: 'datasets/original' },
  { flags: '--encrypted-dataset-dir <path>', summary: 'what was encrypted', fallback: 'datasets/encrypted' },
  { flags: '--dataset-keystoredir <path>', summary: 'the keys', fallback: '.secrets/datasets' },
]

/** The folders, as the options say it. */
export function foldersOf(call: Call): DatasetFolders {
  const folder = projectFolder()
  return {
    original: resolve(folder, text(call, 'originalDatasetDir') ?? 'datasets/original'),
    encrypted: resolve(folder, text(call, 'encryptedDatasetDir') ?? 'datasets/encrypted'),
    keys: resolve(folder, text(call, 'datasetKeystoredir') ?? '.secrets/datasets'),
  }
}

/** The key that `push-secret` takes when no other is named. */
export const DEFAULT_KEY = 'dataset.key'
