// The whole client: every verb, bound to one market.
import * as account from './account/index.ts'
import * as apps from './app/index.ts'
import { bindOwned, type Owned } from './asset/owned.ts'
import { bind, type Bound } from './bind.ts'
import { bindLater } from './bindLater.ts'
import * as categories from './category/index.ts'
import { connect, type ConnectOptions } from './chain/connect.ts'
import type { Context } from './context.ts'
import * as datasets from './dataset/index.ts'
import * as datasetFiles from './dataset/local.ts'
import * as deals from './deal/index.ts'
import type { marketAccounts, operators, poolTasks, results, runs, secrets, storage } from './later.ts'
import { bindOrders, type Orders } from './order/index.ts'
import { bindOrderbooks, type Orderbooks } from './orderbook/index.ts'
import * as resultFiles from './result/local.ts'
import * as tasks from './task/index.ts'
import { computeTaskId } from './task/showTask.ts'
import * as wallet from './wallet/index.ts'
import * as workerpools from './workerpool/index.ts'

/** Everything that can be done on one market. */
export type Iexec = Bound<typeof runs> & {
  /** For verbs that are imported by themselves. */
  readonly context: Context
  /** RLC on the market. */
  readonly account: Bound<typeof account> & Bound<typeof marketAccounts>
  readonly apps: Bound<typeof apps> & Owned
  readonly categories: Bound<typeof categories>
  readonly datasets: Bound<typeof datasets> & Owned & typeof datasetFiles
  readonly deals: Bound<typeof deals> & { readonly computeTaskId: typeof computeTaskId }
  /** Contracts that own workerpools, for operators whose keys never reach the money. */
  readonly operators: Bound<typeof operators>
  readonly orderbooks: Orderbooks
  readonly orders: Orders
  readonly results: Bound<typeof results> & typeof resultFiles
  /** What only enclaves read, in the vault. */
  readonly secrets: Bound<typeof secrets>
  /** Content-addressed files. */
  readonly storage: Bound<typeof storage>
  readonly tasks: Bound<typeof tasks> & Bound<typeof poolTasks> & { readonly computeTaskId: typeof computeTaskId }
  /** Coins and RLC outside of the market. */
  readonly wallet: Bound<typeof wallet>
  readonly workerpools: Bound<typeof workerpools> & Owned
}

/**
 * Connects to a market, and offers everything that can be done there.
 *
 * Whoever wants less in a browser imports `connect` and the verbs that he needs.
 *
 * @throws IexecError as `connect` does
 * @example
 * const iexec = await createIexec({ chain: settings, account: privateKeyToAccount(key) })
 * await iexec.account.deposit(parseRlc('10 RLC'))
 */
export async function createIexec(options?: ConnectOptions): Promise<Iexec> {
  const context = await connect(options)
  return {
    context,
    ...bindLater(context, 'runs'),
    account: { ...bind(context, account), ...bindLater(context, 'marketAccounts') },
    apps: { ...bind(context, apps), ...bindOwned(context, 'app') },
    categories: bind(context, categories),
    datasets: { ...bind(context, datasets), ...bindOwned(context, 'dataset'), ...datasetFiles },
    deals: { ...bind(context, deals), computeTaskId },
    operators: bindLater(context, 'operators'),
    orderbooks: bindOrderbooks(context),
    orders: bindOrders(context),
    results: { ...bindLater(context, 'results'), ...resultFiles },
    secrets: bindLater(context, 'secrets'),
    storage: bindLater(context, 'storage'),
    tasks: { ...bind(context, tasks), ...bindLater(context, 'poolTasks'), computeTaskId },
    wallet: bind(context, wallet),
    workerpools: { ...bind(context, workerpools), ...bindOwned(context, 'workerpool') },
  }
}
