// iexec app deploy: an image becomes an app that has an address and a price.
import { IexecError, serviceUrl, type Iexec, type NewApp } from '@iexec/sdk'
import { formatRlc, type OrderHash } from '@iexec/protocol'
import type { Address } from 'viem'
import type { Call, Command, Outcome } from '../../command.ts'
import { CliError } from '../../cliError.ts'
import { iexecFilePath, requireSection } from '../../files/iexecFile.ts'
import { underLock } from '../../files/lock.ts'
import { rows } from '../../rows.ts'
import { chainOf, openSigner, projectFolder, requireWalletAddress } from '../../session.ts'
import { amountOption } from '../../values.ts'
import { DEPLOY_OPTIONS, register, registeredLine, type Registered } from '../asset/register.ts'
import { listOffers, tellCheaper } from '../asset/offers.ts'
import { DEFAULT_VOLUMES, PRICE_OPTION, chainWords, priceText, sell, type Sale } from '../asset/sell.ts'
import { findContents, type Contents } from './findContents.ts'
import { storeModule } from './findModule.ts'
import { readApp, type DescribedApp } from './readApp.ts'

export const deployAppCommand: Command = {
  name: 'deploy',
  summary: 'register the app of iexec.json, and put it up for sale',
  description:
    'Registers the app that iexec.json describes, and puts it up for sale at its price, app.price. The tag of the image is resolved to the digest of its manifest, which no later push can change, unless app.checksum says it. Whatever is done already is not done again: when it breaks off, repeat it.',
  options: [
    ...DEPLOY_OPTIONS,
    { ...PRICE_OPTION, fallback: 'app.price of iexec.json; without one, it is not put up for sale' },
    { flags: '--no-publish', summary: 'register alone' },
  ],
  examples: [
    { line: 'iexec app deploy', meaning: 'at the price of iexec.json' },
    { line: 'iexec app deploy --price 0.1 RLC', meaning: 'at another one' },
    { line: 'iexec app deploy --no-publish', meaning: 'not for sale yet' },
  ],
  run: async (call) => {
    const app = readApp(await requireSection(projectFolder(), 'app', call.terminal))
    const price = call.options['publish'] === false ? undefined : (amountOption(call, 'price') ?? app.price)
    if (price !== undefined) await requireSale(call, app, price)
    const found = await findContents(call, app)
    const iexec = await openSigner(call)
    const contents = await stored(iexec, found, call)
    const newApp = toNewApp(app, contents)
    const registered = await register('app', iexec, async () => iexec.apps.deploy(newApp))
    const about = [['name', app.name], ...contents.rows, ['transaction', registered.txHash]] as const
    const head = [registeredLine('app', registered), ...rows(about)]
    if (price === undefined) return withoutSale(registered, head)
    return putUpForSale(call, iexec, { registered, head, price })
  },
}

/** What would fail after the registration is said before it. */
async function requireSale(call: Call, { owner }: DescribedApp, price: bigint): Promise<void> {
  if (price > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new CliError('Usage', `A price of ${formatRlc(price)} is more than a market can write.`)
  }
  try {
    serviceUrl(await chainOf(call), 'market')
  } catch (cause) {
    if (!(cause instanceof IexecError)) throw cause
    throw new IexecError(cause.code, cause.message, {
      hints: [
        'Write the URL of a market into chain.json (iexecGateway).',
        'iexec app deploy --no-publish registers the app alone.',
      ],
      details: cause.details,
      cause,
    })
  }
  const wallet = await requireWalletAddress(call)
  if (owner === undefined || owner === wallet) return
  throw new CliError(
    'BadFile',
    `${iexecFilePath(projectFolder())}: app.owner is ${owner}, and your wallet is ${wallet}.`,
    {
      hints: [
        'Only the owner can sell an app: take his wallet, or write your address as app.owner.',
        'iexec app deploy --no-publish registers it for him.',
      ],
    },
  )
}

function toNewApp(app: DescribedApp, { multiaddr, checksum }: Contents): NewApp {
  const { name, type, owner, mrenclave } = app
  return {
    name,
    type,
    multiaddr,
    checksum,
    ...(owner === undefined ? {} : { owner }),
    ...(mrenclave === undefined ? {} : { mrenclave }),
  }
}

/** What is registered must be where workers find it. */
async function stored(iexec: Iexec, contents: Contents, { signal }: Call): Promise<Contents> {
  const { file, rows: about } = contents
  if (file === undefined) return contents
  const multiaddr = await storeModule(iexec, { ...contents, file }, signal)
  return { ...contents, multiaddr, rows: [['module', multiaddr], ...about] }
}

function withoutSale(registered: Registered, head: readonly string[]): Outcome {
  return {
    raw: { ...registered },
    text: [...head, 'It is not for sale. To sell it: iexec app publish --price 0.1 RLC'],
  }
}

type Step = { readonly registered: Registered; readonly head: readonly string[]; readonly price: bigint }

async function putUpForSale(call: Call, iexec: Iexec, { registered, head, price }: Step): Promise<Outcome> {
  const { address } = registered
  try {
    const { orderHash, isNew } = await sellOnce(call, iexec, saleOf(address, price))
    return {
      raw: { ...registered, orderHash },
      json: { ...registered, orderHash, price },
      text: [
        ...head,
        ...rows([
          [isNew ? 'for sale at' : 'still for sale at', priceText('app', { price })],
          ['order', orderHash],
        ]),
        `Run it: iexec app run ${address}${chainWords(call)} --watch`,
      ],
    }
  } catch (error) {
    if (!(error instanceof IexecError)) throw error
    return {
      raw: { ...registered },
      text: head,
      failures: [
        `The app is registered at ${address}, and it is not for sale: ${error.message}`,
        ...error.hints.map((hint) => `  ${hint}`),
        ...(error.code === 'NotOwner' ? [] : ['  Repeat iexec app deploy: it goes on from here.']),
      ],
    }
  }
}

/** To everybody, for every run. */
function saleOf(address: Address, price: bigint): Sale {
  return { address, price, tag: undefined, restrict: {}, category: 0n, trust: 0n, volume: DEFAULT_VOLUMES.app }
}

/**
 * An app may be for sale at this price already: a second order would only confuse. One command after the other looks and sells,
 * so that two of them at once publish one order.
 */
async function sellOnce(call: Call, iexec: Iexec, sale: Sale): Promise<Sold> {
  const { terminal, signal } = call
  const name = `sale-${iexec.context.chain.chainId}-${sale.address.toLowerCase()}`
  const lookAndSell = async (): Promise<Sold> => {
    const offers = await listOffers(iexec, 'app', sale)
    tellCheaper(terminal, 'app', { offers, price: sale.price, chain: chainWords(call) })
    const same = offers.find(({ price }) => price === sale.price)
    if (same !== undefined) return { orderHash: same.orderHash, isNew: false }
    return { orderHash: await sell(iexec, 'app', sale), isNew: true }
  }
  return underLock(name, lookAndSell, {
    signal,
    notDone: 'it was not put up for sale',
    onWait: () => {
      terminal.warn('Waiting for another iexec command that sells this app …')
    },
  })
}

type Sold = { readonly orderHash: OrderHash; readonly isNew: boolean }
