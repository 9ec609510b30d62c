// What holds for every command: exit codes and environment, as the help and the reference tell them.

/** What each exit code means. */
export const EXIT_CODES = [
  { code: 0, meaning: 'done' },
  { code: 1, meaning: 'refused or failed, also in part' },
  { code: 2, meaning: 'what was typed cannot be used; nothing was done' },
  { code: 130, meaning: 'interrupted by Ctrl-C' },
] as const

/** The variables that are read. */
export const ENVIRONMENT = [
  { name: 'HOME', meaning: 'where the keystore and the local network are looked for' },
  { name: 'IEXEC_CWD', meaning: 'the folder of the project when it is not the current one' },
  { name: 'NO_COLOR', meaning: 'no colours, when it is not empty' },
  { name: 'FORCE_COLOR', meaning: 'colours also where no terminal is; 0 for none' },
  { name: 'DOCKER_HOST', meaning: 'where the container engine is that iexec doctor asks' },
  { name: 'npm_config_prefix', meaning: 'where iexec worker, network and store are looked for besides' },
] as const
