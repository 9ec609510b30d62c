// Categories: classes of run time. A deal's deadlines are multiples of its category's time.

/** A class of run time, as `viewCategory` tells it; `workClockTimeRef` is in seconds. */
export type Category = {
  readonly name: string
  readonly description: string
  readonly workClockTimeRef: bigint
}

/** The categories that every public hub starts with. The description is the two characters `""`, as it is there. */
export const DEFAULT_CATEGORIES: readonly Category[] = [
  { name: 'XS', description: '""', workClockTimeRef: 300n },
  { name: 'S', description: '""', workClockTimeRef: 1_200n },
  { name: 'M', description: '""', workClockTimeRef: 3_600n },
  { name: 'L', description: '""', workClockTimeRef: 10_800n },
  { name: 'XL', description: '""', workClockTimeRef: 36_000n },
]
