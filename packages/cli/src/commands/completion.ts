// iexec completion: what a shell loads to complete words.
import type { Command } from '../command.ts'
import { INSTALLING, SCRIPTS, SHELLS } from '../complete/scripts.ts'

export const completionCommand: Command = {
  name: 'completion',
  summary: 'print what makes a shell complete words of iexec',
  description: [
    'Prints what makes a shell complete words of iexec: commands, options, chains, wallets, files.',
    '',
    'Once, for every new shell, add one line to the file of yours:',
    ...SHELLS.map((shell) => `  ${INSTALLING[shell].file.padEnd(27)}${INSTALLING[shell].line}`),
  ].join('\n'),
  arguments: [{ name: 'shell', summary: 'yours', choices: SHELLS }],
  examples: [
    { line: 'source <(iexec completion bash)', meaning: 'in bash, for this shell' },
    { line: 'source <(iexec completion zsh)', meaning: 'in zsh, for this shell' },
    { line: 'iexec completion fish | source', meaning: 'in fish, for this shell' },
  ],
  run: async ({ args }) => {
    const shell = SHELLS.find((name) => name === args[0]) ?? 'bash'
    const script = SCRIPTS[shell]
    return { raw: { shell, script }, text: [script.trimEnd()] }
  },
}
