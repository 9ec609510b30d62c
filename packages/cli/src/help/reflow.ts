// Text that fits a screen: paragraphs are filled, rows of tables hang under their second column.

/** How wide a page is when nothing else is known, in columns. */
const PAGE = 88

/**
 * Fills paragraphs and folds rows. Lines that begin with a space are rows of a table or code; all others flow.
 *
 * @example
 * reflow(['one', 'two', '', '  name  meaning']) // ['one two', '', '  name  meaning']
 */
export function reflow(lines: readonly string[], columns: number = PAGE): readonly string[] {
  const width = Math.min(PAGE, Math.max(40, columns))
  return joined(lines).flatMap((line) => {
    const row = /^(?<name> +\S.*? {2,})(?<meaning>\S.*)$/u.exec(line)?.groups
    if (row !== undefined) return hang(row['name'] ?? '', row['meaning'] ?? '', width)
    return line.startsWith(' ') ? [line] : fill(line, width)
  })
}

/** One line for each paragraph; rows and code stay apart. */
function joined(lines: readonly string[]): readonly string[] {
  const paragraphs: string[] = []
  for (const line of lines) {
    const last = paragraphs.at(-1)
    const flows = last !== undefined && last !== '' && line !== '' && !last.startsWith(' ') && !line.startsWith(' ')
    if (flows) paragraphs[paragraphs.length - 1] = `${last} ${line}`
    else paragraphs.push(line)
  }
  return paragraphs
}

function fill(text: string, width: number): readonly string[] {
  const lines: string[] = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines
}

function hang(name: string, meaning: string, width: number): readonly string[] {
  return fill(meaning, Math.max(20, width - name.length)).map(
    (line, index) => `${index === 0 ? name : ' '.repeat(name.length)}${line}`,
  )
}
