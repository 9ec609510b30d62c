// The model: triangles from a Wavefront OBJ file, moved to the middle of the floor, one unit large, with smooth normals.
import { fail } from '../../wasi/assembly/program.ts'

/** Three numbers for each point: where it is, and which way the surface looks there. */
export let points: StaticArray<f64> = new StaticArray<f64>(0)
export let normals: StaticArray<f64> = new StaticArray<f64>(0)
/** Three places of points for each triangle. */
export let corners: StaticArray<i32> = new StaticArray<i32>(0)

/** Reads a model from the text of an OBJ file: its points (`v`) and faces (`f`) of any number of corners. */
export function readModel(text: string): void {
  const numbers: f64[] = []
  const places: i32[] = []
  const lines = text.split('\n')
  for (let place = 0; place < lines.length; place++) {
    const line = lines[place].trim()
    if (line.startsWith('v ')) readPoint(line, numbers)
    else if (line.startsWith('f ')) readFace(line, places, numbers.length / 3)
  }
  if (places.length == 0) fail('The model has no faces: it has to be a Wavefront OBJ file.')
  points = StaticArray.fromArray(numbers)
  corners = StaticArray.fromArray(places)
  putOnFloor()
  smoothNormals()
}

/** Turns the model on the floor, seen from above against the clock. In radians. */
export function turnModel(angle: f64): void {
  const sine = Math.sin(angle)
  const cosine = Math.cos(angle)
  turnAll(points, sine, cosine)
  turnAll(normals, sine, cosine)
}

function turnAll(vectors: StaticArray<f64>, sine: f64, cosine: f64): void {
  for (let place = 0; place < vectors.length; place += 3) {
    const x = vectors[place]
    const z = vectors[place + 2]
    vectors[place] = cosine * x + sine * z
    vectors[place + 2] = cosine * z - sine * x
  }
}

function readPoint(line: string, numbers: f64[]): void {
  const words = wordsOf(line)
  for (let axis = 1; axis <= 3; axis++) {
    const number = axis < words.length ? parseFloat(words[axis]) : NaN
    if (!isFinite(number)) fail('This is no point of a model: ' + line)
    numbers.push(number)
  }
}

/** A face with more than three corners becomes a fan of triangles. */
function readFace(line: string, places: i32[], count: i32): void {
  const words = wordsOf(line)
  for (let last = 3; last < words.length; last++) {
    places.push(placeOf(words[1], count))
    places.push(placeOf(words[last - 1], count))
    places.push(placeOf(words[last], count))
  }
}

/** `7/1/3` is the seventh point of the file, `-1` the latest. */
function placeOf(word: string, count: i32): i32 {
  const number = <i32>parseInt(word.split('/')[0])
  const place = number < 0 ? count + number : number - 1
  if (place < 0 || place >= count) fail('A face names the point ' + word + ', and there are ' + count.toString() + '.')
  return place
}

function wordsOf(line: string): string[] {
  const words = line.split(' ')
  const found: string[] = []
  for (let place = 0; place < words.length; place++) {
    if (words[place].length > 0) found.push(words[place])
  }
  return found
}

function putOnFloor(): void {
  let size: f64 = 0
  const low = new StaticArray<f64>(3)
  const middle = new StaticArray<f64>(3)
  for (let axis = 0; axis < 3; axis++) {
    let least = Infinity
    let most = -Infinity
    for (let place = axis; place < points.length; place += 3) {
      least = Math.min(least, points[place])
      most = Math.max(most, points[place])
    }
    low[axis] = least
    middle[axis] = (least + most) / 2
    size = Math.max(size, most - least)
  }
  if (size == 0 || !isFinite(size)) fail('The model has no size that can be drawn.')
  for (let place = 0; place < points.length; place += 3) {
    points[place] = (points[place] - middle[0]) / size
    points[place + 1] = (points[place + 1] - low[1]) / size
    points[place + 2] = (points[place + 2] - middle[2]) / size
  }
}

/** The normal of a point is the mean of those of its triangles, the larger the heavier. */
function smoothNormals(): void {
  normals = new StaticArray<f64>(points.length)
  for (let corner = 0; corner < corners.length; corner += 3) {
    const a = 3 * corners[corner]
    const b = 3 * corners[corner + 1]
    const c = 3 * corners[corner + 2]
    const ux = points[b] - points[a]
    const uy = points[b + 1] - points[a + 1]
    const uz = points[b + 2] - points[a + 2]
    const vx = points[c] - points[a]
    const vy = points[c + 1] - points[a + 1]
    const vz = points[c + 2] - points[a + 2]
    for (let turn = 0; turn < 3; turn++) {
      const place = 3 * corners[corner + turn]
      normals[place] += uy * vz - uz * vy
      normals[place + 1] += uz * vx - ux * vz
      normals[place + 2] += ux * vy - uy * vx
    }
  }
  for (let place = 0; place < normals.length; place += 3) {
    const x = normals[place]
    const y = normals[place + 1]
    const z = normals[place + 2]
    const length = Math.sqrt(x * x + y * y + z * z)
    if (length == 0) continue
    normals[place] = x / length
    normals[place + 1] = y / length
    normals[place + 2] = z / length
  }
}
