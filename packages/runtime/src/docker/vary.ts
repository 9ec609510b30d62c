// What a container has otherwise when an app is checked for determinism.
import type { Variation } from '../job.ts'
import type { ContainerSettings } from './container.ts'

/** Where the library stands inside that sets a clock. */
const CLOCK_LIBRARY = '/iexec-clock/libfaketime.so.1'

/**
 * The settings of a container with something varied; without a variation they stay as they are. Nothing that contains an app
 * becomes weaker.
 *
 * @example
 * vary(describeContainer(run), { hostname: 'other' }).Hostname // 'other'
 */
export function vary(settings: ContainerSettings, variation: Variation | undefined): ContainerSettings {
  if (variation === undefined) return settings
  const { HostConfig } = settings
  const { hostname, visibleCpus, isSecondProcess, temporaryFolder, clock } = variation
  const tmpfs = HostConfig.Tmpfs?.['/tmp'] ?? ''
  return {
    ...settings,
    ...(hostname === undefined ? {} : { Hostname: hostname }),
    Env: [
      ...(settings.Env ?? []),
      ...(temporaryFolder === undefined ? [] : [`TMPDIR=${temporaryFolder}`]),
      ...(clock === undefined ? [] : [`LD_PRELOAD=${CLOCK_LIBRARY}`, `FAKETIME=${clockText(clock.startsAt)}`]),
    ],
    HostConfig: {
      ...HostConfig,
      ...(visibleCpus === undefined ? {} : { CpusetCpus: `0-${visibleCpus - 1}` }),
      ...(isSecondProcess === true ? { Init: true } : {}),
      ...(temporaryFolder === undefined ? {} : { Tmpfs: { ...HostConfig.Tmpfs, [temporaryFolder]: tmpfs } }),
      ...(clock === undefined ? {} : { Mounts: [...(HostConfig.Mounts ?? []), mountOf(clock.library)] }),
    },
  }
}

function mountOf(library: string): NonNullable<ContainerSettings['HostConfig']['Mounts']>[number] {
  return {
    Type: 'bind',
    Source: library,
    Target: CLOCK_LIBRARY,
    ReadOnly: true,
    BindOptions: { Propagation: 'rprivate' },
  }
}

/** As the library reads it: the time at the app's start, from which on its clock runs. It reads it in the app's own time zone. */
function clockText(startsAt: number): string {
  return `@${new Date(startsAt * 1000).toISOString().slice(0, 19).replace('T', ' ')}`
}
