// The pages of `iexec help`: what commands have in common, each on one screen. Their tables are made of the rules themselves.
import { newWorkersNeeded, TAG_BITS } from '@iexec/protocol'
import { ERROR_CODES, KNOWN_CHAINS } from '@iexec/sdk'
import { CLI_ERROR_CODES } from '../cliError.ts'
import { ENVIRONMENT, EXIT_CODES } from './conventions.ts'
import type { TOPIC_NAMES } from './topicNames.ts'

/** One page. */
export type Topic = {
  readonly name: (typeof TOPIC_NAMES)[number]
  readonly summary: string
  readonly text: readonly string[]
}

const amounts: Topic = {
  name: 'amounts',
  summary: 'how RLC and coins are written',
  text: [
    'RLC is what is paid on the market; 1 RLC = 1,000,000,000 nRLC. Gas is paid in the coin of the chain.',
    '',
    '  5 RLC, 0.25 RLC     up to nine decimals',
    '  500 nRLC, 500       whole numbers; without a unit it is nRLC, but in wallet send-RLC it is RLC',
    '  0.1 ether, 3 gwei   coins: wei, kwei, mwei, gwei, szabo, finney, ether (or eth)',
    '',
    'The unit may be the next word or stand in the same: 5 RLC and 5RLC. Its case does not matter, underscores may group',
    'digits (1_000_000), and nothing is ever rounded: what has too many decimals is refused.',
    'In --raw and --json, amounts are whole numbers in the smallest unit, as texts: nRLC and wei.',
  ],
}

const tags: Topic = {
  name: 'tags',
  summary: 'what a run demands of the machine, and a workerpool offers',
  text: [
    'A tag is a list of names with commas between, or 0x and 64 hex digits: --tag tee,tdx',
    '',
    ...table(Object.entries(TAG_BITS).map(([name, bit]) => [name, `bit ${bit}`])),
    '',
    'App, dataset and request demand; the workerpool must offer everything that any of them demands (of a dataset, not scone,',
    'gramine and tdx). A workerpool that offers more fits as well. With tee, only enclaves that prove themselves can answer.',
  ],
}

const chains: Topic = {
  name: 'chains',
  summary: 'which chain a command is for',
  text: [
    'In this order: --chain <name>; "default" of chain.json in this folder; the chain that runs on this machine (local).',
    'A name is one of chain.json, or a known name or id:',
    '',
    ...table(KNOWN_CHAINS.map(({ name, chainId }) => [name, String(chainId)])),
    '',
    'chain.json, for a chain that is not known by itself (it needs id, host and hub):',
    '',
    '  { "default": "mine",',
    '    "chains": { "mine": { "id": "65535", "host": "http://127.0.0.1:8545", "hub": "0x…",',
    '                          "iexecGateway": "http://127.0.0.1:9100" } } }',
    '',
    'Services: iexecGateway is the market (order books), ipfsGateway and ipfsNode the storage, sms the vault for secrets,',
    'compass the directory of workerpools. Known chains have none of their own: name those that you trust.',
    'iexec doctor looks whether all of it answers.',
  ],
}

const wallets: Topic = {
  name: 'wallets',
  summary: 'which key signs, and where its password comes from',
  text: [
    'In this order: --wallet-file <name>; --wallet-address <address>; wallet.json in this folder; the newest of the keystore.',
    '',
    ...table([
      ['Linux', '~/.ethereum/keystore'],
      ['macOS', '~/Library/Ethereum/keystore'],
      ['Windows', '~/AppData/Roaming/Ethereum/keystore'],
      ['--keystoredir', 'global (the above), local (this folder), or any folder'],
    ]),
    '',
    'iexec wallet create makes a key under a password (keystore version 3, which other Ethereum wallets read); iexec wallet',
    'import keeps a key that you have. wallet.json holds a key in clear, and is written only with --unencrypted.',
    'The password is asked for. Scripts give it with --password-file <path> or --password-fd <number>; --password <password>',
    'is seen by whoever lists processes. Commands that only read ask for no password.',
  ],
}

const prices: Topic = {
  name: 'prices',
  summary: 'who pays what, and when',
  text: [
    'A run costs the price of the app, plus that of the workerpool, plus that of the dataset if one is used. Sellers sign',
    'orders with a price and a volume (for how many runs); a request signs the most that it pays for each.',
    '',
    '  1.  RLC is brought to the market with iexec account deposit. Nothing else can be spent or lost there.',
    '  2.  When orders are matched to a deal, the prices of all its tasks are locked; the owner of the workerpool locks 30 % of his price as a stake.',
    '  3.  When a task is finished, app, dataset, workers and workerpool are paid. What was earned is free at once: iexec account show tells, iexec account withdraw brings it home.',
    '  4.  A task that is not finished in time can be claimed by anybody: its price comes back to whoever paid.',
    '',
    'Gas is paid besides, in the coin of the chain, by whoever sends a transaction. Signing and publishing orders costs none.',
  ],
}

const trust: Topic = {
  name: 'trust',
  summary: 'how many workers have to agree on a result',
  text: [
    'Trust 100 means: a result is accepted when the votes say that it is wrong less than once in a hundred times. A worker',
    'whom nobody knows counts as wrong one time in three; the more often it was right, the more its vote weighs, and the',
    'fewer are needed. Of workers whom nobody knows:',
    '',
    ...table([
      ['trust', 'workers that have to agree'],
      ...[1n, 2n, 10n, 100n, 1000n].map((level) => [String(level), String(newWorkersNeeded(level))] as const),
    ]),
    '',
    'Trust 0 and 1 are a single worker. A workerpool states the highest trust that it offers in its order.',
    'Several workers can agree only on a program that always answers the same: no clock, no chance, no order of files.',
  ],
}

const files: Topic = {
  name: 'files',
  summary: 'what stands in which file',
  text: [
    ...table([
      ['iexec.json', 'the project: app, dataset, workerpool, request; written by iexec init and edited by you'],
      ['chain.json', 'the chains of the project, see iexec help chains'],
      ['deployed.json', 'the addresses of what was deployed, by kind and chain id'],
      ['orders.json', 'signed orders, by chain id; whoever has one can use it'],
      ['wallet.json', 'a key in clear; only with --unencrypted; never publish it'],
      ['.secrets/', 'keys of datasets and of results; never publish it'],
    ]),
    '',
    'Files are looked for in the folder where iexec is called. They are written as a whole or not at all. Files that hold a',
    'key can be read by you alone. A key in a file that means nothing is an error: it is a typing error most of the time.',
  ],
}

const exitCodes: Topic = {
  name: 'exit-codes',
  summary: 'what the exit code of iexec means',
  text: [
    ...table(EXIT_CODES.map(({ code, meaning }) => [String(code), meaning])),
    '',
    'What was typed is a command, an option or a value: a mistyped address and an amount of 0 end with 2 as an unknown option',
    'does; what the chain, a service or a file says against it ends with 1.',
    'Where several things were asked and one failed, the exit code is 1, and each failure is told.',
  ],
}

const scripting: Topic = {
  name: 'scripting',
  summary: 'how programs use iexec',
  text: [
    ...table([
      ['--json', 'one JSON document on stdout, whether it went well ("ok": true) or not ("ok": false, "error")'],
      ['--raw', 'one line of JSON as the existing command prints it: on stdout when it went well, else on stderr'],
      ['--quiet', 'the result for people, and nothing else'],
    ]),
    '',
    'Without them, stdout has the result; progress, warnings and errors go to stderr. Branch on the exit code and on',
    'error.code (iexec help errors), never on sentences: they get better.',
    '',
    'Nothing waits for an answer that nobody can give: without a terminal, a question is an error that names the option which',
    'answers it. --force answers yes; --password-file gives the password.',
    '',
    '  address=$(iexec app deploy --raw --password-file secret.txt | jq -r .address)',
    '  iexec account show --json | jq -r .balance.stake',
    '',
    'Environment:',
    ...table(ENVIRONMENT.map(({ name, meaning }) => [name, meaning])),
  ],
}

const errors: Topic = {
  name: 'errors',
  summary: 'the codes of errors, for programs',
  text: [
    'In --json, error.code is one of these; error.message is the sentence, error.hints say what to do. In --raw, it is',
    'error.name.',
    '',
    ...table(Object.entries({ ...CLI_ERROR_CODES, ...ERROR_CODES })),
    '',
    'Values that cannot be read have a code that begins with Invalid or Unknown, as InvalidAmount.',
  ],
}

/** All pages, in the order of the help. */
export const TOPICS: readonly Topic[] = [
  amounts,
  tags,
  chains,
  wallets,
  prices,
  trust,
  files,
  exitCodes,
  scripting,
  errors,
]

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, meaning]) => `  ${name.padEnd(width)}  ${meaning}`)
}
