// iexec doctor: whether everything is ready, one line for each thing, with the remedy where it is not.
import process from 'node:process'
import type { Call, Command, Outcome } from '../command.ts'
import { brokenBy, note, ok, type Check, type Finding } from '../doctor/check.ts'
import { checkEngine } from '../doctor/engine.ts'
import { checkCompletion, checkNode } from '../doctor/machine.ts'
import { checkBalance, checkChain, checkWallet } from '../doctor/market.ts'
import { checkMarket, checkService } from '../doctor/services.ts'
import { CHAIN_OPTION, WALLET_OPTIONS } from '../options.ts'
import { chainOf, choiceOf, projectFolder } from '../session.ts'
import { VERSION } from '../version.ts'

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'look whether everything is ready, and say what to do where it is not',
  description:
    'Looks whether everything is ready, and says what to do where it is not. Nothing is changed, and no password asked. What is absent and not needed for everything gets a dash; the exit code is 1 when something is broken.',
  options: [CHAIN_OPTION, ...WALLET_OPTIONS],
  examples: [
    { line: 'iexec doctor', meaning: 'for the chain of this folder' },
    { line: 'iexec doctor --chain arbitrum-mainnet', meaning: 'for another chain' },
  ],
  run: async (call) => {
    const [machine, market] = await Promise.all([checkMachine(), checkPurchase(call)])
    return outcomeOf([...machine, ...market])
  },
}

async function checkMachine(): Promise<readonly Check[]> {
  const { env } = process
  const [engine, completion] = await Promise.all([checkEngine(env), checkCompletion(env['SHELL'])])
  return [
    named('iexec', ok(VERSION)),
    named('node', checkNode(process.versions.node)),
    named('engine', engine),
    named('completion', completion),
  ]
}

async function checkPurchase(call: Call): Promise<readonly Check[]> {
  const { finding, address } = await checkWallet(projectFolder(), choiceOf(call))
  const wallet = named('wallet', finding)
  const chain = await chainOf(call).catch((error: unknown) => brokenBy(error, 'iexec init writes a chain.json.'))
  if ('state' in chain) return [wallet, named('chain', chain)]
  const { storageUrl, vaultUrl, marketUrl, chainId } = chain
  const [way, market, storage, vault] = await Promise.all([
    checkChain(chain),
    checkMarket(marketUrl, chainId),
    checkService(storageUrl, { what: 'storage', key: 'ipfsGateway', use: 'results cannot be downloaded' }),
    checkService(vaultUrl, { what: 'vault', key: 'sms', use: 'secrets cannot be kept' }),
  ])
  const balance =
    address === undefined || way.iexec === undefined
      ? note(`not looked at, because there is no ${address === undefined ? 'wallet' : 'chain'}.`)
      : await checkBalance(way.iexec, address)
  return [
    wallet,
    named('chain', way.finding),
    named('balance', balance),
    named('market', market),
    named('storage', storage),
    named('vault', vault),
  ]
}

function named(name: string, finding: Finding): Check {
  return { name, ...finding }
}

const SIGNS: { readonly [State in Finding['state']]: string } = { ok: 'ok', note: '-', broken: 'BROKEN' }

function outcomeOf(checks: readonly Check[]): Outcome {
  const brokenOnes = checks.filter(({ state }) => state === 'broken').map(({ name }) => name)
  return {
    raw: { checks },
    text: checks.flatMap(({ name, state, says, remedy }) => [
      `${SIGNS[state].padEnd(8)}${name.padEnd(12)}${says}`,
      ...(remedy === undefined ? [] : [`${' '.repeat(20)}${remedy}`]),
    ]),
    failures: brokenOnes.length === 0 ? [] : [`Not ready: ${brokenOnes.join(', ')}.`],
  }
}
