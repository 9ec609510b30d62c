// Options that several commands about orders share.
import type { Option } from '../../command.ts'
import { CHAIN_OPTION, FORCE_OPTION, WALLET_OPTIONS } from '../../options.ts'

/** Without a look at the vault and the params. */
export const SKIP_OPTION: Option = {
  flags: '--skip-preflight-check',
  summary: 'do not look whether whoever takes the order could run it',
}

/** Of all commands that sign something. */
export const SIGNING: readonly Option[] = [CHAIN_OPTION, ...WALLET_OPTIONS, FORCE_OPTION]
