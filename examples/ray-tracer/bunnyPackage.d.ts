// What the package `bunny` holds: it brings no types.
declare module 'bunny' {
  type Numbers = readonly (readonly number[])[]
  /** Where the points are. */
  export const positions: Numbers
  /** The points of each face, counted from 0. */
  export const cells: Numbers
}
