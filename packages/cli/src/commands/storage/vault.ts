// What commands about the vault share: a plain word where there is none.
import { IexecError, serviceUrl } from '@iexec/sdk'
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
  const chain = await chainOf(call)
  try {
    serviceUrl(chain, 'vault')
  } catch (error) {
    if (!(error instanceof IexecError)) throw error
    const { code, message, details } = error
    throw new IexecError(code, message, {
      hints: [`Name one in chain.json, if there is one: "sms" of the chain ${chain.name}.`],
      details,
      cause: error,
    })
  }
}
