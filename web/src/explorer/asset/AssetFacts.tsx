// What the chain says of an app, a dataset or a workerpool.
import type { AssetItem } from '@iexec/wire'
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { Facts, type Fact } from '../../show/Facts.tsx'
import { Id } from '../../show/Id.tsx'
import { Moment } from '../../show/Moment.tsx'
import { sayShare } from '../../show/say.ts'
import { useChain } from '../../site/chain.tsx'
import { linkOf } from './linkOf.ts'

/** Names and values. */
export function AssetFacts({ asset }: { readonly asset: AssetItem }): ReactElement {
  const { t, language } = useTranslation('explorer')
  const percent = (ratio: number): string => sayShare(ratio / 100, language)
  const { owner, type, multiaddr, checksum, mrenclave, workerStakeRatio, schedulerRewardRatio } = asset
  const facts: readonly Fact[] = [
    [t('owner'), <Id key="owner" id={owner} kind="address" />],
    [t('type'), type ?? undefined],
    [t('multiaddr'), multiaddr === null ? undefined : <File key="file" multiaddr={multiaddr} />],
    [t('checksum'), checksum === null ? undefined : <Id key="checksum" id={checksum} kind="hash" isWhole />],
    [t('enclave'), mrenclave === null || mrenclave === '0x' ? undefined : <Enclave key="enclave" bytes={mrenclave} />],
    [
      t('workerStakeRatio'),
      workerStakeRatio === null ? undefined : t('ofPoolPrice', { percent: percent(workerStakeRatio) }),
    ],
    [
      t('schedulerReward'),
      schedulerRewardRatio === null ? undefined : t('ofReward', { percent: percent(schedulerRewardRatio) }),
    ],
    [t('usage'), asset.usageCount.toLocaleString(language)],
    [
      t('lastUsed'),
      asset.lastUsageTimestamp === null ? undefined : <Moment key="used" at={asset.lastUsageTimestamp} />,
    ],
    [
      t('registered'),
      <span key="registered" className="inline-flex flex-wrap items-center gap-x-3">
        <Moment at={asset.blockTimestamp} />
        <Id id={asset.transactionHash} kind="tx" />
      </span>,
    ],
    [
      t('transferred'),
      asset.transferTimestamp === asset.blockTimestamp ? undefined : (
        <Moment key="moved" at={asset.transferTimestamp} />
      ),
    ],
  ]
  return (
    <div className="card">
      <Facts facts={facts} />
    </div>
  )
}

/** Where the file is: a link where a browser can go there. */
function File({ multiaddr }: { readonly multiaddr: string }): ReactElement {
  const { storageUrl } = useChain()
  const link = linkOf(multiaddr, storageUrl)
  if (link === undefined) return <span className="font-mono break-all">{multiaddr}</span>
  return (
    <a className="link font-mono break-all" href={link} target="_blank" rel="noopener noreferrer nofollow">
      {multiaddr}
    </a>
  )
}

/** How the enclave is measured: text that the owner wrote, as bytes. */
function Enclave({ bytes }: { readonly bytes: string }): ReactElement {
  const text = new TextDecoder().decode(
    Uint8Array.from(bytes.slice(2).match(/../gu) ?? [], (byte) => Number.parseInt(byte, 16)),
  )
  return <code className="break-all">{text}</code>
}
