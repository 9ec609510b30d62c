// What a supervisor writes down of its processes, at once: who finds it killed has to find them.
import process from 'node:process'
import { writeRunning, type Running, type RunningService } from '../folder/running.ts'
import { identify } from '../process/identity.ts'

/** Where the supervisor writes it down. */
export type Register = {
  /** A service has a process, which does not listen yet. */
  readonly born: (name: string, url: string, pid: number) => void
  /** It listens. */
  readonly listens: (name: string) => void
  readonly fell: (name: string) => void
  readonly ready: () => void
}

/** Opens the register of a folder's network: nothing runs yet. */
export function openRegister(folder: string): Register {
  const supervisor = identify(process.pid)
  if (supervisor === undefined) throw new Error('This system does not tell when processes began.')
  let running: Running = { supervisor, since: now(), isReady: false, services: [] }
  const save = (changed: Running): void => {
    running = changed
    try {
      writeRunning(folder, running)
    } catch (cause) {
      // A full disk ends no network that runs.
      if (!running.isReady) throw cause
      process.emitWarning(`What runs cannot be noted in ${folder}: ${String(cause)}`)
    }
  }
  const change = (name: string, changes: (service: RunningService) => RunningService): void => {
    save({ ...running, services: running.services.map((one) => (one.name === name ? changes(one) : one)) })
  }
  save(running)
  return {
    born: (name, url, pid) => {
      // One that has ended by now has no process any more, and its end is seen elsewhere.
      const born = identify(pid) ?? { pid, began: '' }
      const known = running.services.find((service) => service.name === name)
      const service = { name, url, process: born, since: undefined, falls: known?.falls ?? 0 }
      if (known === undefined) save({ ...running, services: [...running.services, service] })
      else change(name, () => service)
    },
    listens: (name) => {
      change(name, (service) => ({ ...service, since: now() }))
    },
    fell: (name) => {
      change(name, (service) => ({ ...service, since: undefined, falls: service.falls + 1 }))
    },
    ready: () => {
      save({ ...running, isReady: true })
    },
  }
}

function now(): string {
  return new Date().toISOString()
}
