// The second step: what the listing says of the app.
import { logoFault, LOGO_SIDE, STORE_CATEGORIES } from '@iexec/wire/listing'
import { useId, useState, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { useCategoryName } from '../categoryName.ts'
import { LEAST_DESCRIPTION, MOST_DESCRIPTION, type Draft, type DraftFault, type ProposedLogo } from './propose.ts'
import { Step } from './Step.tsx'
import { TextField } from './TextField.tsx'

/** What is filled in, and what is told about it. */
export type DescribeProps = {
  readonly draft: Draft
  readonly change: (change: Partial<Draft>) => void
  readonly setLogo: (logo: ProposedLogo | undefined) => void
  readonly faults: readonly DraftFault[]
}

/** Categories of one listing at most. */
const MOST_CATEGORIES = 3

/** The fields. */
export function DescribeStep({ draft, change, setLogo, faults }: DescribeProps): ReactElement {
  const { t } = useTranslation('store')
  const told = (fault: DraftFault): string | undefined =>
    faults.includes(fault) ? t(`sell.fault.${fault}`) : undefined
  const field = (
    key: 'org' | 'folder' | 'author' | 'license' | 'website' | 'github' | 'tags',
  ): {
    readonly label: string
    readonly value: string
    readonly change: (value: string) => void
  } => ({
    label: t(`sell.${key}`),
    value: draft[key],
    change: (value) => {
      change({ [key]: value })
    },
  })
  return (
    <Step number={2} title={t('sell.describe')}>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField {...field('org')} help={t('sell.orgHelp')} fault={told('org')} isCode />
        <TextField {...field('folder')} help={t('sell.folderHelp')} fault={told('folder')} isCode />
      </div>
      <TextField
        label={t('sell.description')}
        value={draft.description}
        change={(description) => {
          change({ description })
        }}
        lines={5}
        help={t('sell.length', {
          count: draft.description.trim().length,
          least: LEAST_DESCRIPTION,
          most: MOST_DESCRIPTION,
        })}
        fault={told('description')}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField {...field('author')} fault={told('author')} />
        <TextField {...field('license')} fault={told('license')} />
        <TextField {...field('website')} placeholder="https://" fault={told('links')} isCode />
        <TextField {...field('github')} placeholder="https://github.com/" isCode />
      </div>
      <LogoField setLogo={setLogo} fault={told('logo')} />
      <Categories draft={draft} change={change} />
      <TextField {...field('tags')} help={t('sell.tagsHelp')} />
      <TextField
        label="README.md"
        value={draft.readme}
        change={(readme) => {
          change({ readme })
        }}
        lines={6}
        help={t('sell.readmeHelp')}
      />
    </Step>
  )
}

type LogoFieldProps = {
  readonly setLogo: (logo: ProposedLogo | undefined) => void
  readonly fault: string | undefined
}

/** The picture is looked at here, as a registry does it: by its bytes. */
function LogoField({ setLogo, fault }: LogoFieldProps): ReactElement {
  const { t } = useTranslation('store')
  const id = useId()
  const [wrong, setWrong] = useState<string>()
  const read = async (file: File): Promise<void> => {
    const bytes = new Uint8Array(await file.arrayBuffer())
    const ending = file.name.split('.').at(-1)?.toLowerCase() ?? ''
    const refusal = logoFault(file.name, bytes)
    setWrong(refusal)
    setLogo(refusal === undefined ? { name: `logo.${ending}`, bytes } : undefined)
  }
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-1">
      <label htmlFor={id} className="font-medium">
        {t('sell.logo')}
      </label>
      <input
        id={id}
        type="file"
        accept="image/png,image/jpeg,image/webp"
        className="field"
        aria-describedby={`${id}-help`}
        onChange={({ target }) => {
          const [file] = target.files ?? []
          if (file !== undefined) void read(file)
        }}
      />
      <span id={`${id}-help`} className="text-xs text-muted">
        {t('sell.logoHelp', { side: LOGO_SIDE })}
      </span>
      <span aria-live="polite" className="text-xs font-medium text-bad">
        {wrong === undefined ? fault : <span lang="en">{wrong}</span>}
      </span>
    </div>
  )
}

function Categories({ draft, change }: Pick<DescribeProps, 'draft' | 'change'>): ReactElement {
  const { t } = useTranslation('store')
  const nameOf = useCategoryName()
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 font-medium">{t('sell.categories')}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {STORE_CATEGORIES.map((category) => {
          const isOn = draft.categories.includes(category)
          return (
            <label key={category} className="flex min-h-6 items-center gap-2">
              <input
                type="checkbox"
                className="size-4 accent-accent"
                checked={isOn}
                disabled={!isOn && draft.categories.length >= MOST_CATEGORIES}
                onChange={() => {
                  change({
                    categories: isOn
                      ? draft.categories.filter((other) => other !== category)
                      : [...draft.categories, category],
                  })
                }}
              />
              {nameOf(category)}
            </label>
          )
        })}
      </div>
    </fieldset>
  )
}
