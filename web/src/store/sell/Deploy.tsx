// Registers a fresh app with the wallet: a module, which is stored here, or an image that stands in a registry.
import { useMutation } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import type { Address, Hex } from 'viem'
import { ActionFailure } from '../../wallet/ActionFailure.tsx'
import { useAction } from '../../wallet/useAction.ts'
import { useReader, useWallet } from '../../wallet/useWallet.ts'
import { WalletButton } from '../../wallet/WalletButton.tsx'
import { storeFile } from '../storeFile.ts'
import { requireModule } from './module.ts'
import { TextField } from './TextField.tsx'

type Fresh = {
  readonly name: string
  readonly type: 'DOCKER' | 'WASM'
  readonly multiaddr: string
  readonly checksum: string
}

/** A form that registers an app. */
export function Deploy({ deployed }: { readonly deployed: (address: Address) => void }): ReactElement {
  const { t } = useTranslation('store')
  const wallet = useWallet()
  const [fresh, setFresh] = useState<Fresh>({ name: '', type: 'WASM', multiaddr: '', checksum: '' })
  const change = (changed: Partial<Fresh>): void => {
    setFresh((before) => ({ ...before, ...changed }))
  }
  const deploying = useAction(async (iexec, { name, type, multiaddr, checksum }: Fresh) => {
    const { address } = await iexec.apps.deploy({ name, type, multiaddr, checksum: checksum as Hex })
    deployed(address)
  })
  const isWhole =
    fresh.name.trim() !== '' && fresh.multiaddr.trim() !== '' && /^0x[0-9a-f]{64}$/iu.test(fresh.checksum.trim())
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (isWhole) deploying.mutate({ ...fresh, multiaddr: fresh.multiaddr.trim(), checksum: fresh.checksum.trim() })
      }}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label={t('fact.nameOnChain')}
          value={fresh.name}
          change={(name) => {
            change({ name })
          }}
        />
        <label className="grid content-start gap-1 font-medium">
          {t('fact.type')}
          <select
            className="field font-normal"
            value={fresh.type}
            onChange={({ target }) => {
              change({ type: target.value === 'DOCKER' ? 'DOCKER' : 'WASM' })
            }}
          >
            <option value="WASM">{t('sell.wasm')}</option>
            <option value="DOCKER">{t('sell.docker')}</option>
          </select>
        </label>
      </div>
      {fresh.type === 'WASM' && <ModuleFile change={change} />}
      <TextField
        label={t('fact.image')}
        value={fresh.multiaddr}
        change={(multiaddr) => {
          change({ multiaddr })
        }}
        placeholder={fresh.type === 'WASM' ? '/ipfs/…' : 'docker.io/me/app:1.0.0'}
        isCode
      />
      <TextField
        label={t('fact.checksum')}
        value={fresh.checksum}
        change={(checksum) => {
          change({ checksum })
        }}
        help={fresh.type === 'WASM' ? t('sell.moduleSum') : t('sell.imageSum')}
        placeholder="0x…"
        isCode
      />
      {wallet === undefined ? (
        <div className="justify-self-start">
          <WalletButton />
        </div>
      ) : (
        <button
          type="submit"
          className="button button-main justify-self-start"
          disabled={!isWhole || deploying.isPending}
        >
          {deploying.isPending ? t('step.signing') : t('sell.deploy')}
        </button>
      )}
      <ActionFailure error={deploying.error} />
    </form>
  )
}

/** Stores a module, and fills in where it is and its checksum. */
function ModuleFile({ change }: { readonly change: (changed: Partial<Fresh>) => void }): ReactElement {
  const { t } = useTranslation('store')
  const openReader = useReader()
  const storing = useMutation({
    mutationFn: async (file: File) => {
      const bytes = new Uint8Array(await file.arrayBuffer())
      requireModule(bytes)
      const [{ sha256 }, iexec] = await Promise.all([import('viem/utils'), openReader()])
      change({ multiaddr: await storeFile(iexec, { file, refused: t('run.noStorage') }), checksum: sha256(bytes) })
    },
  })
  return (
    <div className="grid gap-1">
      <label className="grid gap-1 font-medium">
        {t('sell.module')}
        <input
          type="file"
          accept=".wasm,application/wasm"
          className="field font-normal"
          disabled={storing.isPending}
          onChange={({ target }) => {
            const [file] = target.files ?? []
            if (file !== undefined) storing.mutate(file)
          }}
        />
      </label>
      <p aria-live="polite" className="text-xs text-muted">
        {storing.isPending ? t('run.storing') : t('run.public')}
      </p>
      <ActionFailure error={storing.error} />
    </div>
  )
}
