// English words of badges: the button, and what it shows.

/** Words of badges. */
export const badge = {
  title: 'Badge',
  about:
    'A picture for your own page: what this costs, and how often it gave a result. It is never older than a minute, and leads here.',
  picture: 'The badge as it is now',
} as const
