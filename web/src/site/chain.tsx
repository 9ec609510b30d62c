// Which chain a page is about, and what the whole site is told.
import { createContext, use, type Context } from 'react'
import type { Chain, Config } from './config.ts'

const ChainContext: Context<Chain | undefined> = createContext<Chain | undefined>(undefined)
const ConfigContext: Context<Config | undefined> = createContext<Config | undefined>(undefined)

/** Gives the chain to everything inside of it. */
export const ChainProvider: typeof ChainContext = ChainContext

/** Gives what the site is told to everything inside of it. */
export const ConfigProvider: typeof ConfigContext = ConfigContext

/** The chain of this page. */
export function useChain(): Chain {
  const chain = use(ChainContext)
  if (chain === undefined) throw new Error('This page is of no chain.')
  return chain
}

/** What the site is told. */
export function useConfig(): Config {
  const config = use(ConfigContext)
  if (config === undefined) throw new Error('This page is of no site.')
  return config
}
