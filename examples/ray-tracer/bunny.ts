// Writes the Stanford bunny as Wavefront OBJ: `node bunny.ts > bunny.obj`.
import process from 'node:process'
import { cells, positions } from 'bunny'

// Corners are counted from 1.
const lines = [
  '# The Stanford bunny, by the Stanford Computer Graphics Laboratory: https://graphics.stanford.edu/data/3Dscanrep/',
  ...positions.map((position) => `v ${position.join(' ')}`),
  ...cells.map((corners) => `f ${corners.map((corner) => corner + 1).join(' ')}`),
]
process.stdout.write(`${lines.join('\n')}\n`)
