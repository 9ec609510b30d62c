// English words of badges: the button, and what it shows.

/** Words of badges. */
export const badge = {
  title: 'Badge',
  about:
    'A picture for your own page: what this costs, and how often it gave a result. Browsers ask for it anew after a minute; a site that keeps copies of pictures may show an older one. It leads here.',
  picture: 'The badge as it is now',
} as const
