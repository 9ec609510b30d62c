// The last words of the first sale: what was sold, where it is, and that the market goes on.
import { pathToFileURL } from 'node:url'
import { wordsOf } from '../command/options.ts'
import type { NetworkFile } from '../folder/networkFile.ts'
import type { Options } from './line.ts'
import type { Goods } from './market.ts'

/** A sale that came to its end. */
export type Sold = {
  readonly type: Goods['product']['type']
  readonly picture: string
  /** The page of its task; undefined without a site. */
  readonly page: string | undefined
  /** Who agreed on the result. */
  readonly voters: readonly string[]
  readonly milliseconds: number
}

/** What the last words are made of. */
export type End = {
  readonly sold: readonly Sold[]
  readonly areSame: boolean
  readonly options: Options
  readonly network: NetworkFile
}

/** The last words for people. */
export function sayEnd({ sold, areSame, options, network }: End): string {
  const pages = sold.flatMap(({ page }) => page ?? [])
  const goesOn =
    options.once === true
      ? []
      : [
          ...(pages.length === 0
            ? []
            : ['All that happened, and what can be checked of it, is on the page of the task:']),
          ...pages.map((page) => `  ${page}`),
          `The market goes on: ${network.marketUrl} (orders), ${network.rpcUrl} (chain), ${network.storageUrl} (files).`,
          `  npx -y pnpm@12.21.0 iexec network status${wordsOf(options)} shows it, and stop ends it.`,
        ]
  const seconds = sold.map(({ milliseconds }) => `${(milliseconds / 1_000).toFixed(1)} s`)
  const voters = new Set(sold.map((one) => one.voters.length))
  const isOne = sold.length === 1
  return [
    ...(sold.length === 1 ? [] : ['']),
    `Sold, computed by ${[...voters].join(' and ')} workers who agree, verified and paid in ${seconds.join(' and ')}. The picture${isOne ? '' : 's'}:`,
    ...sold.map(({ picture }) => `  ${pathToFileURL(picture).href}`),
    ...(isOne ? [] : [sayCompared(areSame)]),
    ...goesOn,
  ].join('\n')
}

/** Whether module and image made the same picture. */
export function sayCompared(areSame: boolean): string {
  return areSame
    ? 'Both pictures are the same bytes, one made by the module and one by the image.'
    : 'The picture that the module made and the one that the image made are not the same bytes.'
}
