// iexec order init: orders to begin with, in iexec.json.
import type { OrderKind } from '@iexec/protocol'
import type { Address } from 'viem'
import { CliError } from '../../cliError.ts'
import type { Call, Command, Outcome } from '../../command.ts'
import { findDeployed } from '../../files/deployedFile.ts'
import { iexecFilePath, readIexecFile, writeSections } from '../../files/iexecFile.ts'
import { ORDER_KINDS, orderName } from '../../files/ordersFile.ts'
import { readSection } from '../../files/section.ts'
import { CHAIN_OPTION, FORCE_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { chainOf, isSet, projectFolder, requireWalletAddress } from '../../session.ts'
import { confirm } from '../../terminal/ask.ts'
import { givenKinds, kindFlags } from './kinds.ts'
import { orderTemplate, type Known } from './template.ts'

export const initOrderCommand: Command = {
  name: 'init',
  summary: 'write orders to begin with into iexec.json',
  description:
    'Writes orders to begin with into iexec.json: all four kinds, unless some are named. They are free and open to everybody until you change them. Nothing is signed.',
  options: [CHAIN_OPTION, ...WALLET_OPTIONS, FORCE_OPTION, ...kindFlags((kind) => `only the ${kind} order`)],
  examples: [
    { line: 'iexec order init --app', meaning: 'an order that sells what this project deployed' },
    { line: 'iexec order init', meaning: 'all four' },
  ],
  run: initOrders,
}

async function initOrders(call: Call): Promise<Outcome> {
  const folder = projectFolder()
  const named = givenKinds(call)
  const kinds = named.length === 0 ? ORDER_KINDS : named
  const file = await readIexecFile(folder, call.terminal)
  const path = iexecFilePath(folder)
  const before = readSection(file?.['order'] ?? {}, `${path}: order`).values
  await confirmReplaced(
    call,
    kinds.filter((kind) => before[orderName(kind)] !== undefined),
  )
  const known = await findKnown(call, kinds)
  const templates = Object.fromEntries(kinds.map((kind) => [orderName(kind), orderTemplate(kind, known)]))
  await writeSections(folder, { order: { ...before, ...templates } }, call.terminal)
  return {
    raw: templates,
    text: [
      `Wrote ${kinds.map((kind) => orderName(kind)).join(', ')} into ${path}.`,
      '  Set prices and volumes there, then: iexec order sign',
    ],
  }
}

async function confirmReplaced({ terminal, options }: Call, kinds: readonly OrderKind[]): Promise<void> {
  if (kinds.length === 0) return
  const isForced = isSet({ options }, 'force') || terminal.format === 'raw'
  const names = kinds.map((kind) => orderName(kind)).join(', ')
  await confirm(`iexec.json has ${names} already. Replace what it says?`, terminal, isForced)
}

/** The project's own assets, and who would ask. */
async function findKnown(call: Call, kinds: readonly OrderKind[]): Promise<Known> {
  const { chainId } = await chainOf(call)
  const deployed = async (kind: 'app' | 'dataset' | 'workerpool'): Promise<Address | undefined> =>
    findDeployed(projectFolder(), { kind, chainId })
  const [app, dataset, workerpool] = await Promise.all([deployed('app'), deployed('dataset'), deployed('workerpool')])
  const requester = kinds.includes('request') ? await findWalletAddress(call) : undefined
  return { app, dataset, workerpool, requester }
}

/** Whoever has no wallet yet gets a request without a requester: it is of whoever signs it. */
async function findWalletAddress(call: Call): Promise<Address | undefined> {
  try {
    return await requireWalletAddress(call)
  } catch (error) {
    if (error instanceof CliError && error.code === 'NoWallet') return undefined
    throw error
  }
}
