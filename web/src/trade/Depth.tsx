// The depth of a book as a picture; its figures are those of the tables beside it.
import { formatRlc } from '@iexec/protocol'
import type { OrderItem } from '@iexec/wire'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Empty } from '../show/states.tsx'
import { asksOf, bidsOf, depthOf, stepPath } from './depth.ts'

/** Both sides of a book. */
export type DepthProps = {
  readonly asks: readonly OrderItem<'workerpoolorder'>[]
  readonly bids: readonly OrderItem<'requestorder'>[]
}

const WIDTH = 600
const HEIGHT = 200

/** How many tasks both sides hold up to each price. */
export function Depth({ asks, bids }: DepthProps): ReactElement {
  const { t } = useTranslation('trade')
  const [supply, demand] = [depthOf(asksOf(asks), 'asks'), depthOf(bidsOf(bids), 'bids')]
  const prices = [...supply, ...demand].map(({ price }) => price)
  const [least, largest] = [Math.min(...prices), Math.max(...prices)]
  // A little room on both sides, so that a single price is no line at the edge.
  const room = Math.max(Math.round((largest - least) * 0.1), Math.round(largest * 0.1), 1)
  const frame = {
    from: Math.max(0, least - room),
    to: largest + room,
    most: Math.max(supply.at(-1)?.tasks ?? 0, demand.at(-1)?.tasks ?? 0),
    width: WIDTH,
    height: HEIGHT,
  }
  return (
    <section className="card p-4" aria-label={t('depth')}>
      <h2 className="font-semibold">{t('depth')}</h2>
      {prices.length === 0 ? (
        <Empty />
      ) : (
        <figure className="mt-2">
          <svg
            viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
            className="h-48 w-full"
            preserveAspectRatio="none"
            role="img"
            aria-label={t('depthSays', {
              asks: supply.at(-1)?.tasks ?? 0,
              bids: demand.at(-1)?.tasks ?? 0,
            })}
          >
            <path
              d={stepPath(demand, 'bids', frame)}
              className="fill-good/20 stroke-good"
              vectorEffect="non-scaling-stroke"
            />
            <path
              d={stepPath(supply, 'asks', frame)}
              className="fill-bad/20 stroke-bad"
              vectorEffect="non-scaling-stroke"
            />
          </svg>
          <figcaption className="flex justify-between text-muted tabular-nums" dir="ltr">
            <span>{formatRlc(BigInt(frame.from))}</span>
            <span>{formatRlc(BigInt(frame.to))}</span>
          </figcaption>
        </figure>
      )}
    </section>
  )
}
