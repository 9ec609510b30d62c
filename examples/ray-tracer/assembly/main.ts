// A ray tracer: reads a model (Wavefront OBJ), and writes a picture of it, or a tile of one, as PNG.
import { fail, listInputs, readArguments, readFile, readVariable, say, writeFile } from '../../wasi/assembly/program.ts'
import { beginSample, one, other, spreadPair } from './chance.ts'
import { buildHierarchy } from './hierarchy.ts'
import { corners, readModel, turnModel } from './model.ts'
import { blue, green, IN_PIXEL, red, setColors, tracePath } from './path.ts'
import { encodePng } from './png.ts'

const MOST_PIXELS: i32 = 1 << 26
const MOST_SIDE: i32 = 32
/** Where the camera stands and looks, and how much it sees: half the height of the picture, one unit before it. */
const EYE_Y: f64 = 0.95
const EYE_Z: f64 = 3.1
const AIM_Y: f64 = 0.46
const ZOOM: f64 = 0.24

let width: i32 = 480
let height: i32 = 480
let side: i32 = 4
let turn: f64 = 0
let paintColor: u32 = 0xece7dd
let floorColor: u32 = 0xffc247
let tile: i32 = 0
let tiles: i32 = 1

render()

function render(): void {
  readTask()
  const inputs = listInputs()
  if (inputs.length != 1)
    fail('Give one input file, a model as Wavefront OBJ; there are ' + inputs.length.toString() + '.')
  readModel(String.UTF8.decode(readFile(inputs[0])))
  turnModel((turn * Math.PI) / 180)
  buildHierarchy()
  setColors(paintColor, floorColor)
  // The first tile has the highest rows. Rows that cannot be shared out evenly fall somewhere, but always to the same tiles.
  const from = rowOf(tile)
  const to = rowOf(tile + 1)
  say(
    `Tile ${tile + 1} of ${tiles}: rows ${from} to ${to - 1} of ${width}x${height} pixels, ${side * side} samples each, ` +
      `${corners.length / 3} triangles.`,
  )
  const pixels = new Uint8Array(3 * width * (to - from))
  for (let y = from; y < to; y++) {
    for (let x = 0; x < width; x++) renderPixel(x, y, pixels.dataStart + 3 * ((y - from) * width + x))
  }
  writeFile('/iexec_out/tile.png', encodePng(pixels, width, to - from))
}

function rowOf(place: i32): i32 {
  return <i32>((<i64>height * place) / tiles)
}

/** Looks through a pixel again and again, each time at another place in and around it. */
function renderPixel(x: i32, y: i32, place: usize): void {
  const slope = (EYE_Y - AIM_Y) / EYE_Z
  const forward = Math.sqrt(1 + slope * slope)
  const scale = (2 * ZOOM) / <f64>min(width, height)
  let sumRed: f64 = 0
  let sumGreen: f64 = 0
  let sumBlue: f64 = 0
  const samples = side * side
  for (let sample = 0; sample < samples; sample++) {
    beginSample(x, y, sample)
    spreadPair(sample, side, IN_PIXEL)
    const right = (<f64>x + tentOf(one) - <f64>width / 2) * scale
    const up = (<f64>height / 2 - <f64>y - tentOf(other)) * scale
    // The camera is bent down: `up` is partly forward.
    const dy = up / forward - slope / forward
    const dz = -(up * slope) / forward - 1 / forward
    const length = Math.sqrt(right * right + dy * dy + dz * dz)
    tracePath(0, EYE_Y, EYE_Z, right / length, dy / length, dz / length, sample, side)
    sumRed += red
    sumGreen += green
    sumBlue += blue
  }
  store<u8>(place, shownAs(sumRed / samples), 0)
  store<u8>(place, shownAs(sumGreen / samples), 1)
  store<u8>(place, shownAs(sumBlue / samples), 2)
}

/** A place in the pixel, from 0 to 1, or somewhat outside; the middle more often: edges become smooth. */
function tentOf(chance: f64): f64 {
  const twice = 2 * chance
  return twice < 1 ? Math.sqrt(twice) - 0.5 : 1.5 - Math.sqrt(2 - twice)
}

/** Much light is shown less bright, as a film does (after K. Narkowicz), in the numbers of screens. */
function shownAs(light: f64): u8 {
  const film = (light * (2.51 * light + 0.03)) / (light * (2.43 * light + 0.59) + 0.14)
  const kept = min(1, max(0, film))
  const shown = kept <= 0.0031308 ? 12.92 * kept : 1.055 * Math.pow(kept, 1 / 2.4) - 0.055
  return <u8>(shown * 255 + 0.5)
}

/** Reads what is asked for. Without `--tile`, each task of a bag renders the tile of its own index. */
function readTask(): void {
  tiles = variableOf('IEXEC_BOT_SIZE', 1)
  tile = variableOf('IEXEC_TASK_INDEX', 0) - variableOf('IEXEC_BOT_FIRST_INDEX', 0)
  const words = readArguments()
  for (let place = 0; place < words.length; place += 2) {
    const word = words[place]
    if (place + 1 == words.length) fail(word + ' needs a value.')
    const value = words[place + 1]
    if (word == '--size') readSize(value)
    else if (word == '--tile') readTile(value)
    else if (word == '--samples') side = sideOf(wholeOf(value, word, 1, MOST_SIDE * MOST_SIDE))
    else if (word == '--turn') turn = <f64>wholeOf(value, word, -360, 360)
    else if (word == '--paint') paintColor = colorOf(value, word)
    else if (word == '--floor') floorColor = colorOf(value, word)
    else fail(word + ' is not known. Known are --size, --tile, --samples, --turn, --paint and --floor.')
  }
  if (tile < 0 || tile >= tiles) fail(`There is no tile ${tile + 1} of ${tiles}.`)
  if (tiles > height) fail(`A picture of ${height} rows has no ${tiles} tiles.`)
}

function variableOf(name: string, without: i32): i32 {
  const text = readVariable(name)
  return text == '' ? without : wholeOf(text, name, 0, i32.MAX_VALUE)
}

function readSize(value: string): void {
  const parts = value.split('x')
  if (parts.length != 2) fail('--size has to be like 640x480, not ' + value + '.')
  width = wholeOf(parts[0], '--size', 1, 16_384)
  height = wholeOf(parts[1], '--size', 1, 16_384)
  if (width * height > MOST_PIXELS) fail(`--size may be ${MOST_PIXELS} pixels, not ${width * height}.`)
}

function readTile(value: string): void {
  const parts = value.split('/')
  if (parts.length != 2) fail('--tile has to be like 1/4, not ' + value + '.')
  tile = wholeOf(parts[0], '--tile', 1, i32.MAX_VALUE) - 1
  tiles = wholeOf(parts[1], '--tile', 1, i32.MAX_VALUE)
}

/** Samples lie on a square: 10 of them become 16. */
function sideOf(samples: i32): i32 {
  let found = 1
  while (found * found < samples) found++
  return found
}

function wholeOf(text: string, name: string, least: i32, most: i32): i32 {
  const number = <f64>Number.parseFloat(text)
  if (Math.floor(number) != number || number < <f64>least || number > <f64>most) {
    fail(`${name} has to be a whole number from ${least} to ${most}, not ${text}.`)
  }
  return <i32>number
}

function colorOf(text: string, name: string): u32 {
  let color: u32 = 0
  for (let place = 0; place < text.length; place++) {
    const digit = '0123456789abcdef'.indexOf(text.charAt(place).toLowerCase())
    if (digit < 0) color = u32.MAX_VALUE
    color = color * 16 + digit
  }
  if (text.length != 6 || color > 0xffffff) fail(name + ' has to be a colour like ffc247, not ' + text + '.')
  return color
}
