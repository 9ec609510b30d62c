// What the process knows of itself.
import type { Role } from '@iexec/service'
import type { Leading } from './pool/leading.ts'
import type { Storages } from './result/watchStorages.ts'

/** Whether it leads, and then what can be looked at; and its storages. */
export type Standing = {
  role: Role
  leading: Leading | undefined
  readonly storages: Pick<Storages, 'trouble' | 'troubleOf'>
}
