// The version of this package; the bundle has it as a constant.
import manifest from '../package.json' with { type: 'json' }

/** The version of the command. */
export const VERSION: string = manifest.version
