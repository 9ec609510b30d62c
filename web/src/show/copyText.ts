// Copies a text, also where the browser gives no clipboard: on a site without TLS, or when its owner refused it.

/**
 * Copies a text.
 *
 * @returns whether it was copied; where it was not, people have to be shown what to copy
 * @example
 * if (!(await copyText(link))) show(link)
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copySelected(text)
  }
}

/** As it was done before there was a clipboard: browsers allow it right after a click. */
function copySelected(text: string): boolean {
  const before = document.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'sr-only'
  // Inside of a dialog nothing outside of it can be selected.
  ;(before?.closest('dialog') ?? document.body).append(field)
  field.select()
  try {
    // oxlint-disable-next-line typescript/no-deprecated
    return document.execCommand('copy')
  } catch {
    return false
  } finally {
    field.remove()
    if (before instanceof HTMLElement) before.focus()
  }
}
