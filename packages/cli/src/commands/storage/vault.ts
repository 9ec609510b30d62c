// What commands about the vault share: a plain word where there is none.
import { serviceUrl } from '@iexec/sdk'
import type { Call, Option } from '../../command.ts'
import { chainOf } from '../../session.ts'

/** Replaces what is there. */
export const FORCE_UPDATE_OPTION: Option = { flags: '--force-update', summary: 'replace the one that is there' }

/**
 * Goes on only when the chain has a vault: nobody types a secret for nothing.
 *
 * @throws IexecError `NotConfigured`
 */
export async function requireVault(call: Call): Promise<void> {
  serviceUrl(await chainOf(call), 'vault')
}
