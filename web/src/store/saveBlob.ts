// Hands a file to the browser to be saved.

/** The browser has begun to read it by then. */
const READ_MS = 10_000

/** Saves a file under a name. */
export function saveBlob(file: Blob, name: string): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => {
    URL.revokeObjectURL(url)
  }, READ_MS)
}
