// One's own deals: as requester, or as owner of what was sold.
import type { DealItem } from '@iexec/wire'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import type { Address } from 'viem'
import { dealColumns } from '../show/dealColumns.tsx'
import { List } from '../show/List.tsx'
import { marketSource } from '../show/source.ts'
import { ROLES, type Role } from './search.ts'

/** How the market asks for the deals of somebody in a role. */
const PARTY: { readonly [R in Role]: string } = {
  requester: 'requester',
  app: 'appOwner',
  dataset: 'datasetOwner',
  workerpool: 'workerpoolOwner',
}

/** Whose deals, and in which role. */
export type MyDealsProps = { readonly me: Address; readonly role: Role; readonly page: number }

/** The deals of the connected wallet. */
export function MyDeals({ me, role, page }: MyDealsProps): ReactElement {
  const { t } = useTranslation('trade')
  const columns = useMemo(
    () =>
      dealColumns([
        ['deal', t('deal')],
        ['app', t('field.app')],
        ['tasks', t('tasks')],
        ['price', t('price')],
        ['time', t('time')],
      ]),
    [t],
  )
  const source = useMemo(
    () => marketSource<DealItem>({ path: '/deals', rows: 'deals', query: { [PARTY[role]]: me }, news: 'deals' }),
    [me, role],
  )
  return (
    <List
      caption={t('deals')}
      name="my-deals"
      columns={columns}
      source={source}
      keyOf={({ dealid }) => dealid}
      page={page}
      filters={<RoleChoice role={role} />}
    />
  )
}

function RoleChoice({ role }: { readonly role: Role }): ReactElement {
  const { t } = useTranslation('trade')
  const navigate = useNavigate()
  return (
    <label className="flex flex-wrap items-center gap-2">
      {t('dealsAs')}
      <select
        className="field w-auto"
        value={role}
        onChange={({ target }) => {
          const search = { as: target.value === 'requester' ? undefined : target.value, page: undefined }
          void navigate({ to: '.', search: (before: object) => ({ ...before, ...search }), resetScroll: false })
        }}
      >
        {ROLES.map((one) => (
          <option key={one} value={one}>
            {t(`role.${one}`)}
          </option>
        ))}
      </select>
    </label>
  )
}
