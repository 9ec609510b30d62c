// The colour of a site whose owner chose one.

/**
 * What can be read on a colour: black or white, whichever is further from it (WCAG 2.2, relative luminance).
 *
 * @param colour `#rrggbb`
 * @example
 * inkOn('#ffd21f') // '#000000'
 */
export function inkOn(colour: string): '#000000' | '#ffffff' {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255),
  )
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
  // Where both contrasts are the same: (L + 0.05) / 0.05 = 1.05 / (L + 0.05).
  return luminance > Math.sqrt(1.05 * 0.05) - 0.05 ? '#000000' : '#ffffff'
}

/** Paints the page in the colour of its owner, and writes on it in what can be read there. */
export function paint(colour: string): void {
  const { style } = document.documentElement
  style.setProperty('--accent', colour)
  style.setProperty('--on-accent', inkOn(colour))
}

function linear(part: number): number {
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
}
