// Shows what was read, or chosen on this machine, as a picture: nobody is asked for it again.
import { useEffect, useMemo } from 'react'

/**
 * An address of a file within this page, as long as it is shown.
 *
 * @example
 * <img src={useObjectUrl(file)} alt="" />
 */
export function useObjectUrl(file: Blob | undefined): string | undefined {
  const url = useMemo(() => (file === undefined ? undefined : URL.createObjectURL(file)), [file])
  useEffect(
    () => () => {
      if (url !== undefined) URL.revokeObjectURL(url)
    },
    [url],
  )
  return url
}
