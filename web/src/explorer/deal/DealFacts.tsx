// Who made a deal, about what, for how much and until when.
import { NO_ADDRESS, decodeTag, isSameAddress } from '@iexec/protocol'
import type { DealItem } from '@iexec/wire'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import type { Address, Hex } from 'viem'
import { Amount } from '../../show/Amount.tsx'
import { Facts } from '../../show/Facts.tsx'
import { Id } from '../../show/Id.tsx'
import { useChain } from '../../site/chain.tsx'
import { priceOf } from '../../show/dealColumns.tsx'
import { sayDuration } from '../../show/say.ts'
import { Section } from '../task/Section.tsx'
import { Times } from '../task/Times.tsx'
import { deadlinesOf, useCategory } from './useDeal.ts'

/** All that a deal says, but its params and orders. */
export function DealFacts({
  deal,
  payer,
}: {
  readonly deal: DealItem
  readonly payer: Address | undefined
}): ReactElement {
  const { t, language } = useTranslation('task')
  const category = useCategory(deal.category)
  const deadlines = category === undefined ? undefined : deadlinesOf(deal, category)
  const write = (value: number): string => value.toLocaleString(language)
  const isOther = (address: Address | undefined): address is Address =>
    address !== undefined && !isSameAddress(address, deal.requester) && !isSameAddress(address, NO_ADDRESS)
  return (
    <Section title={t('facts.label')}>
      <Facts
        facts={Object.entries({
          [t('facts.requester')]: <Id id={deal.requester} kind="address" />,
          [t('facts.beneficiary')]: isOther(deal.beneficiary) ? <Id id={deal.beneficiary} kind="address" /> : undefined,
          [t('facts.payer')]: isOther(payer) ? <Id id={payer} kind="address" /> : undefined,
          [t('facts.callback')]: isOther(deal.callback) ? <Id id={deal.callback} kind="address" /> : undefined,
          [t('facts.app')]: <Id id={deal.app.pointer} kind="app" />,
          [t('facts.dataset')]: isSameAddress(deal.dataset.pointer, NO_ADDRESS) ? undefined : (
            <Id id={deal.dataset.pointer} kind="dataset" />
          ),
          [t('facts.workerpool')]: <Id id={deal.workerpool.pointer} kind="workerpool" />,
          [t('facts.category')]: <Category category={deal.category} />,
          [t('facts.trust')]: write(deal.trust),
          [t('facts.tag')]: <Tag tag={deal.tag} />,
          [t('facts.tasks')]: write(deal.volume),
          [t('facts.pricePerTask')]: <Amount nRLC={priceOf(deal)} />,
          [t('facts.priceInAll')]: <Amount nRLC={BigInt(priceOf(deal)) * BigInt(deal.volume)} />,
          [t('facts.ownerShare')]: `${write(deal.schedulerRewardRatio)} %`,
          [t('facts.workerStake')]: <Amount nRLC={deal.workerStake} />,
          [t('facts.start')]: <Times at={deal.startTime} />,
          [t('facts.votesUntil')]: deadlines && <Times at={deadlines.contributionDeadline} />,
          [t('facts.finalDeadline')]: deadlines && <Times at={deadlines.finalDeadline} />,
          [t('facts.transaction')]: <Id id={deal.transactionHash} kind="tx" />,
          [t('facts.block')]: write(deal.blockNumber),
        })}
      />
    </Section>
  )
}

function Category({ category }: { readonly category: number }): ReactElement {
  const { t, language } = useTranslation('task')
  const { slug } = useChain()
  const item = useCategory(category)
  return (
    <Link to={`/${slug}/category/${category}`} className="link">
      {item === undefined
        ? category
        : t('facts.categorySeconds', { name: item.name, seconds: sayDuration(item.workClockTimeRef, language) })}
    </Link>
  )
}

function Tag({ tag }: { readonly tag: Hex }): ReactElement {
  const { t } = useTranslation('task')
  const { names, unknownBits } = decodeTag(tag)
  const words = [...names, ...unknownBits.map((bit) => t('facts.bit', { bit }))]
  if (words.length === 0) return <span className="text-muted">{t('facts.none')}</span>
  return (
    <ul className="flex flex-wrap gap-2">
      {words.map((word) => (
        <li key={word} className="rounded bg-raised px-2 font-mono">
          {word}
        </li>
      ))}
    </ul>
  )
}
