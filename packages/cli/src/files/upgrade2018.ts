// iexec.json as the command of 2018 wrote it, turned into the form of today. Nothing that it said is lost.
import { NO_ADDRESS } from '@iexec/protocol'
import { isObject, wrongValue } from './section.ts'

type Json = Readonly<Record<string, unknown>>

/** The file of today, and what became what: a few words each. */
export type Upgraded = { readonly file: Json; readonly changes: readonly string[] }

/**
 * The same file in the form of today; `undefined` when it has that already.
 *
 * | 2018 | today |
 * |---|---|
 * | `app.params.type` | `app.type` |
 * | `app.params.envvars: "XWDOCKERIMAGE=me/app:1.0"` | `app.multiaddr` |
 * | `order.buy` | `buyConf` and `order.requestorder` |
 * | `order.sell` | `order.workerpoolorder` |
 *
 * What of it means nothing today is left out, and named among the changes. Keys beside it stay where they are.
 *
 * @param place the file, for the sentence
 * @throws CliError `BadFile` when the image is missing in `app.params`
 * @example
 * upgrade2018({ app: { name: 'a', price: 1, params: { type: 'DOCKER', envvars: 'XWDOCKERIMAGE=me/a:1' } } }, 'iexec.json')
 * // { file: { app: { name: 'a', price: 1, type: 'DOCKER', multiaddr: 'me/a:1' } }, changes: [ … ] }
 */
export function upgrade2018(file: Json, place: string): Upgraded | undefined {
  const app = isObject(file['app']) ? upgradeApp(file['app'], place) : undefined
  const order = isObject(file['order']) ? upgradeOrders(file['order'], place) : undefined
  if (app === undefined && order === undefined) return undefined
  const entries = Object.entries(file).flatMap(([key, value]): [string, unknown][] => {
    if (key === 'app' && app !== undefined) return [[key, app.section]]
    if (key !== 'order' || order === undefined) return [[key, value]]
    const { buyConf } = order
    const isNew = buyConf !== undefined && file['buyConf'] === undefined
    return [...(isNew ? [['buyConf', buyConf] satisfies [string, unknown]] : []), [key, order.section]]
  })
  return { file: Object.fromEntries(entries), changes: [...(app?.changes ?? []), ...(order?.changes ?? [])] }
}

type Part = { readonly section: Json; readonly changes: readonly string[] }

function upgradeApp(app: Json, place: string): Part | undefined {
  if (app['params'] === undefined) return undefined
  const { type = 'DOCKER', envvars, ...rest } = readParams(app['params'], `${place}: app.params`)
  const variables = typeof envvars === 'string' ? envvars.split(/[\s,;]+/u).filter((word) => word !== '') : []
  const image = variables.find((word) => word.startsWith(IMAGE_VARIABLE))?.slice(IMAGE_VARIABLE.length)
  if (image === undefined && app['multiaddr'] === undefined) {
    throw wrongValue(`${place}: app.params.envvars`, envvars, `"${IMAGE_VARIABLE}" and the image`)
  }
  const section = Object.fromEntries(
    Object.entries(app).flatMap(([key, value]): [string, unknown][] => {
      if (key !== 'params') return [[key, value]]
      // What is said in both forms is said by that of today.
      const added = Object.entries({ type, multiaddr: image }).filter(([name]) => app[name] === undefined)
      return added
    }),
  )
  const others = variables.filter((word) => !word.startsWith(IMAGE_VARIABLE)).map((word) => word.replace(/=.*$/u, ''))
  const changes = ['app.params.envvars is app.multiaddr', 'app.params.type is app.type']
  return { section, changes: [...changes, ...leftOut('app.params', [...Object.keys(rest), ...others])] }
}

const IMAGE_VARIABLE = 'XWDOCKERIMAGE='

function leftOut(place: string, names: readonly string[]): readonly string[] {
  return names.map((name) => `${place}.${name} means nothing any more`)
}

/** Some wrote the object, some its JSON. */
function readParams(given: unknown, place: string): Json {
  if (isObject(given)) return given
  try {
    const read: unknown = typeof given === 'string' ? JSON.parse(given) : given
    if (isObject(read)) return read
  } catch {
    // Said below.
  }
  throw wrongValue(place, given, 'an object, as the command of 2018 wrote it')
}

type Orders = Part & { readonly buyConf: Json | undefined }

function upgradeOrders(order: Json, place: string): Orders | undefined {
  const { buy, sell, ...rest } = order
  if (buy === undefined && sell === undefined) return undefined
  const request = isObject(buy) ? upgradeBuy(buy, place) : undefined
  const pool = isObject(sell) ? upgradeSell(sell) : undefined
  const section = {
    ...(request === undefined ? {} : { requestorder: request.section }),
    ...(pool === undefined ? {} : { workerpoolorder: pool.section }),
    ...rest,
  }
  const changes = [...(request?.changes ?? []), ...(pool?.changes ?? [])]
  return { section, changes, buyConf: request?.buyConf }
}

function upgradeBuy(buy: Json, place: string): Orders {
  const { app = NO_ADDRESS, dataset = NO_ADDRESS, params: given = {}, ...rest } = buy
  const { cmdline, ...others } = readParams(given, `${place}: order.buy.params`)
  const params = { iexec_args: typeof cmdline === 'string' ? cmdline : '' }
  return {
    buyConf: { params, tag: [], trust: '0', callback: NO_ADDRESS },
    section: {
      app,
      appmaxprice: '0',
      dataset,
      datasetmaxprice: '0',
      workerpool: NO_ADDRESS,
      workerpoolmaxprice: '0',
      volume: '1',
      category: '0',
      trust: '0',
      tag: [],
      callback: NO_ADDRESS,
      params,
    },
    changes: [
      'order.buy is order.requestorder and buyConf',
      ...leftOut('order.buy', Object.keys(rest)),
      ...leftOut('order.buy.params', Object.keys(others)),
    ],
  }
}

function upgradeSell(sell: Json): Part {
  const { workerPool = NO_ADDRESS, value = '0', category = '0', volume = '1', ...rest } = sell
  return {
    section: {
      workerpool: workerPool,
      workerpoolprice: value,
      volume,
      category,
      trust: '0',
      tag: [],
      apprestrict: NO_ADDRESS,
      datasetrestrict: NO_ADDRESS,
      requesterrestrict: NO_ADDRESS,
    },
    changes: ['order.sell is order.workerpoolorder', ...leftOut('order.sell', Object.keys(rest))],
  }
}
