// The foot of every page: which market is asked, how to ask it oneself, and what holds for all pages.
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { useMarket } from '../read/useMarket.ts'
import { useMetrics } from '../read/useMetrics.ts'
import { useChoice } from '../show/kept.ts'
import { Toggle } from '../show/Toggles.tsx'
import { useChain, useConfig } from './chain.tsx'

/** The foot of every page. */
export function Footer(): ReactElement {
  const { t, language } = useTranslation()
  const { name, chainId, marketUrl } = useChain()
  const { data: version } = useMarket<{ readonly version: string }>({ path: '/version', news: 'never' })
  const { data: metrics } = useMetrics()
  const market = marketUrl.replace(/\/$/u, '')
  return (
    <footer className="border-t border-line text-muted">
      <div className="mx-auto flex w-full max-w-7xl flex-wrap items-center gap-x-6 gap-y-2 px-4 py-4">
        <span>
          <bdi>{name}</bdi> · {chainId}
        </span>
        {metrics !== undefined && (
          <span className="tabular-nums">{t('block', { block: metrics.lastBlock.toLocaleString(language) })}</span>
        )}
        <a className="link inline-flex min-h-6 items-center" href={`${market}/docs`}>
          {t('apiDocs')}
        </a>
        {version !== undefined && <span>{t('version', { version: version.version })}</span>}
        <Choices />
      </div>
    </footer>
  )
}

/** What holds for all pages, for those that have no list with these switches. */
function Choices(): ReactElement {
  const { t } = useTranslation()
  const { parts } = useConfig()
  const [isNano, setNano] = useChoice('nano')
  const [hasNoSlash, setNoSlash] = useChoice('no-slash')
  return (
    <div className="ms-auto flex flex-wrap gap-2">
      <Toggle label={t('inNano')} isOn={isNano} choose={setNano} />
      {parts.includes('explorer') && (
        <Toggle
          label={t('slashKey')}
          isOn={!hasNoSlash}
          choose={(isOn) => {
            setNoSlash(!isOn)
          }}
        />
      )}
    </div>
  )
}
