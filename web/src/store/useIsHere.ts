// Whether the person is still on the page: what ends later writes nothing into the address of another one.
import { useRouter } from '@tanstack/react-router'
import { useCallback, useState } from 'react'

/**
 * Tells whether the address still has the path that it had when the component came.
 *
 * @example
 * const isHere = useIsHere()
 * if (isHere()) void navigate({ to: '.', search })
 */
export function useIsHere(): () => boolean {
  const router = useRouter()
  const [here] = useState(() => router.state.location.pathname)
  return useCallback(() => router.state.location.pathname === here, [router, here])
}
