// A recording of a terminal as one picture that moves: each line appears when it was said.

/** A line, and how long after the first one it came. */
export type Said = { readonly text: string; readonly ms: number }

const LINE_HEIGHT = 17
const CHARACTER_WIDTH = 7.3
const MARGIN = 16

/**
 * Draws lines as SVG. Whoever wants no motion sees all of them at once.
 *
 * @param title what the picture shows, for people who do not see it
 * @example
 * drawTerminal([{ text: '$ pnpm start', ms: 0 }], 'A first sale')
 */
export function drawTerminal(lines: readonly Said[], title: string): string {
  const columns = Math.max(...lines.map(({ text }) => text.length))
  const width = Math.ceil(columns * CHARACTER_WIDTH) + 2 * MARGIN
  const height = lines.length * LINE_HEIGHT + 2 * MARGIN
  const drawn = lines.map(({ text, ms }, place) => {
    const y = MARGIN + (place + 0.75) * LINE_HEIGHT
    return `<text x="${MARGIN}" y="${y}" style="animation-delay:${(ms / 1_000).toFixed(2)}s">${escape(text)}</text>`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img">`,
    `<title>${escape(title)}</title>`,
    '<style>',
    'text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#d7e0ea;white-space:pre;opacity:0;animation:say .01s forwards}',
    '@keyframes say{to{opacity:1}}',
    '@media (prefers-reduced-motion:reduce){text{animation:none;opacity:1}}',
    '</style>',
    `<rect width="${width}" height="${height}" rx="8" fill="#10161e"/>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n')
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
