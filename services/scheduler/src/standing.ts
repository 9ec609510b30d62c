// What the process knows of itself.
import type { Role } from '@iexec/service'
import type { Leading } from './pool/lead.ts'

/** Whether it leads, and then what can be looked at. */
export type Standing = { role: Role; leading: Leading | undefined }
