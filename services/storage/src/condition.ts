// How a running storage is, for its health, metrics and status page.
import type { Role } from '@iexec/service'
import type { Hub } from './result/hub.ts'

/** Changes while the service runs. `hub` is there when a node has told of the chain; `sweptBytes` counts since the start. */
export type Condition = { role: Role; hub: Hub | undefined; sweptBytes: number }
