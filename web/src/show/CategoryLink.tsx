// A category by its number or its name.
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useChain } from '../site/chain.tsx'

/** A link to the page of a category. */
export function CategoryLink({
  category,
  name,
}: {
  readonly category: number
  readonly name?: string | undefined
}): ReactElement {
  const { slug } = useChain()
  return (
    <Link to={`/${slug}/category/${category}`} className="link inline-flex min-h-6 min-w-6 items-center justify-end">
      <bdi>{name ?? category}</bdi>
    </Link>
  )
}
