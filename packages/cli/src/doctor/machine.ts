// What of this machine matters: its node, and whether its shell completes words of iexec.
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { INSTALLING, SHELLS } from '../complete/scripts.ts'
import { broken, note, ok, type Finding } from './check.ts'

/** The oldest node that has everything that is used. */
const OLDEST_NODE = '22.13'

/** Looks whether a version of node is new enough. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [wantedMajor = 0, wantedMinor = 0] = OLDEST_NODE.split('.').map(Number)
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return ok(version)
  return broken(`${version} is too old.`, `Install ${OLDEST_NODE} or newer, from nodejs.org.`)
}

/** Where shells look for what to load when they start. */
const START_FILES = {
  bash: ['.bashrc', '.bash_profile', '.profile', '.local/share/bash-completion/completions/iexec'],
  zsh: ['.zshrc', '.zprofile', '.zfunc/_iexec'],
  fish: ['.config/fish/config.fish', '.config/fish/completions/iexec.fish'],
} as const

/**
 * Looks whether the shell of the user loads the completion.
 *
 * @param shell `SHELL`, when it is set
 */
export async function checkCompletion(shell: string | undefined): Promise<Finding> {
  const name = SHELLS.find((known) => known === basename(shell ?? ''))
  if (name === undefined)
    return note(`the shell is ${shell ?? 'not known'}.`, `There is completion for ${SHELLS.join(', ')}.`)
  const texts = await Promise.all(
    START_FILES[name].map(async (file) => readFile(join(homedir(), file), 'utf8').catch(() => '')),
  )
  if (texts.some((text) => /^(?!\s*#).*iexec.*complet|^_iexec|^function __iexec/mu.test(text))) return ok(`in ${name}`)
  const { line, file } = INSTALLING[name]
  return note(`${name} does not complete words of iexec.`, `Add to ${file}: ${line}`)
}
