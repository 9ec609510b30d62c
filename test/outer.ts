// Packages above the command, as projects have them.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Desk } from './iexec.ts'

/**
 * Puts the worker's package into a project, as `npm install @iexec/worker` does.
 *
 * @example
 * installWorker(desk)
 * await desk.iexec(['app', 'check', 'app.wasm'])
 */
export function installWorker({ folder }: Pick<Desk, 'folder'>): void {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies: { '@iexec/worker': '0.1.0' } }))
  mkdirSync(join(folder, 'node_modules/@iexec'), { recursive: true })
  symlinkSync(join(import.meta.dirname, '../services/worker'), join(folder, 'node_modules/@iexec/worker'))
}
