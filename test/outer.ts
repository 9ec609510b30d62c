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
export function installWorker(desk: Pick<Desk, 'folder'>): void {
  install(desk, '@iexec/worker', '../services/worker')
}

/**
 * Puts the network's package into a project, as `npm install @iexec/network` does.
 *
 * @example
 * installNetwork(desk)
 * await desk.iexec(['network', 'start', '--detach'])
 */
export function installNetwork(desk: Pick<Desk, 'folder'>): void {
  install(desk, '@iexec/network', '../network')
}

/**
 * Puts the package of stores and registries into a project, as `npm install @iexec/store` does.
 *
 * @example
 * installStore(desk)
 * await desk.iexec(['registry', 'validate'])
 */
export function installStore(desk: Pick<Desk, 'folder'>): void {
  install(desk, '@iexec/store', '../store')
}

function install({ folder }: Pick<Desk, 'folder'>, name: string, source: string): void {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies: { [name]: '0.1.0' } }))
  mkdirSync(join(folder, 'node_modules/@iexec'), { recursive: true })
  symlinkSync(join(import.meta.dirname, source), join(folder, 'node_modules', name))
}
