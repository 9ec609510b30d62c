// What `iexec` alone says: the five things that people do first.

/** The lines that people type first, and what comes of each. */
export const FIRST_LINES = [
  { line: 'iexec init', meaning: 'begin a project: iexec.json, chain.json and a wallet' },
  { line: 'iexec app deploy', meaning: 'put the app of iexec.json on the market, for sale' },
  { line: 'iexec app run 0x…', meaning: 'buy a run of an app, and get its result' },
  { line: 'iexec account show', meaning: 'see what you have on the market, and what you earned' },
  { line: 'iexec doctor', meaning: 'look whether everything is ready' },
] as const

/** The whole page. */
export function startPage(): string {
  const width = Math.max(...FIRST_LINES.map(({ line }) => line.length))
  return [
    'Buy and sell computing that can be trusted.',
    '',
    ...FIRST_LINES.map(({ line, meaning }) => `  ${line.padEnd(width)}  ${meaning}`),
    '',
    'iexec --help lists everything; iexec <command> --help has examples; iexec help <topic> explains.',
    '',
  ].join('\n')
}
