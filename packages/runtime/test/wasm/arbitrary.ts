// Random modules: well-typed expressions over everything that is allowed, which always come to an end.
import fc from 'fast-check'

/** Types of expressions; vectors of integers, floats and doubles are kept apart, so that nothing looks at the bits of a NaN. */
type Kind = 'i32' | 'i64' | 'f32' | 'f64' | 'vi' | 'vf' | 'vd'
const KINDS: readonly Kind[] = ['i32', 'i64', 'f32', 'f64', 'vi', 'vf', 'vd']
const typeOf = (kind: Kind): string => (kind.startsWith('v') ? 'v128' : kind)
/** What JavaScript can have of a vector. */
const SEEN: Readonly<Record<string, readonly [type: string, operator: string]>> = {
  vi: ['i64', 'i64x2.extract_lane 0'],
  vf: ['f32', 'f32x4.extract_lane 0'],
  vd: ['f64', 'f64x2.extract_lane 1'],
}

/** Operators: what comes out, what they are called, what they take. */
const OPERATORS: readonly (readonly [Kind, string, readonly Kind[]])[] = [
  ...['add', 'sub', 'mul', 'and', 'or', 'xor', 'shl', 'shr_s', 'shr_u', 'rotl', 'rotr'].flatMap(
    (name) =>
      [
        ['i32', `i32.${name}`, ['i32', 'i32']],
        ['i64', `i64.${name}`, ['i64', 'i64']],
      ] as const,
  ),
  ...['eq', 'ne', 'lt_s', 'lt_u', 'ge_s', 'ge_u'].flatMap(
    (name) =>
      [
        ['i32', `i32.${name}`, ['i32', 'i32']],
        ['i32', `i64.${name}`, ['i64', 'i64']],
      ] as const,
  ),
  ...['clz', 'ctz', 'popcnt', 'extend8_s', 'extend16_s'].flatMap(
    (name) =>
      [
        ['i32', `i32.${name}`, ['i32']],
        ['i64', `i64.${name}`, ['i64']],
      ] as const,
  ),
  ...['add', 'sub', 'mul', 'div', 'min', 'max'].flatMap(
    (name) =>
      [
        ['f32', `f32.${name}`, ['f32', 'f32']],
        ['f64', `f64.${name}`, ['f64', 'f64']],
        ['vf', `f32x4.${name}`, ['vf', 'vf']],
        ['vd', `f64x2.${name}`, ['vd', 'vd']],
      ] as const,
  ),
  ...['sqrt', 'ceil', 'floor', 'trunc', 'nearest', 'abs', 'neg'].flatMap(
    (name) =>
      [
        ['f32', `f32.${name}`, ['f32']],
        ['f64', `f64.${name}`, ['f64']],
        ['vf', `f32x4.${name}`, ['vf']],
        ['vd', `f64x2.${name}`, ['vd']],
      ] as const,
  ),
  ...['eq', 'lt', 'ge'].flatMap(
    (name) =>
      [
        ['i32', `f32.${name}`, ['f32', 'f32']],
        ['i32', `f64.${name}`, ['f64', 'f64']],
      ] as const,
  ),
  ['i32', 'i32.eqz', ['i32']],
  ['i32', 'i64.eqz', ['i64']],
  ['i32', 'i32.wrap_i64', ['i64']],
  ['i64', 'i64.extend_i32_u', ['i32']],
  ['i32', 'i32.trunc_sat_f64_s', ['f64']],
  ['i64', 'i64.trunc_sat_f32_u', ['f32']],
  ['f32', 'f32.convert_i64_u', ['i64']],
  ['f64', 'f64.convert_i32_s', ['i32']],
  ['f32', 'f32.demote_f64', ['f64']],
  ['f64', 'f64.promote_f32', ['f32']],
  ['vi', 'i32x4.add', ['vi', 'vi']],
  ['vi', 'i16x8.mul', ['vi', 'vi']],
  ['vi', 'i8x16.swizzle', ['vi', 'vi']],
  ['vi', 'i64x2.extmul_low_i32x4_s', ['vi', 'vi']],
  ['vi', 'v128.bitselect', ['vi', 'vi', 'vi']],
  ['vi', 'i32x4.splat', ['i32']],
  ['vi', 'i8x16.shuffle 0 17 2 19 4 21 6 23 8 25 10 27 12 29 14 31', ['vi', 'vi']],
  ['vi', 'i64x2.replace_lane 1', ['vi', 'i64']],
  ['vi', 'i32x4.trunc_sat_f32x4_s', ['vf']],
  ['vf', 'f32x4.splat', ['f32']],
  ['vd', 'f64x2.convert_low_i32x4_u', ['vi']],
  ['vd', 'f64x2.promote_low_f32x4', ['vf']],
  ['vf', 'f32x4.demote_f64x2_zero', ['vd']],
  ['i32', 'i32x4.extract_lane 2', ['vi']],
  ['i32', 'i8x16.bitmask', ['vi']],
  ['f32', 'f32x4.extract_lane 1', ['vf']],
  ['f64', 'f64x2.extract_lane 0', ['vd']],
  ['i32', 'i32.load8_u offset=7', ['i32']],
  ['i64', 'i64.load', ['i32']],
  ['i32', 'memory.grow', ['i32']],
  ['i32', 'i32.div_s', ['i32', 'i32']],
]

const FLOATS = ['0', '-0', '1.5', '-1e30', 'inf', '-inf', 'nan', '3.4e38', '1e-40']

function constant(kind: Kind): fc.Arbitrary<string> {
  const number = fc.integer()
  if (kind === 'i32' || kind === 'i64') return number.map((value) => `(${kind}.const ${value})`)
  if (kind === 'vi') return number.map((value) => `(v128.const i32x4 ${value} 1 2 3)`)
  if (kind === 'vf') return fc.constantFrom(...FLOATS).map((value) => `(v128.const f32x4 ${value} 1 0 -0)`)
  if (kind === 'vd') return fc.constantFrom(...FLOATS).map((value) => `(v128.const f64x2 ${value} -0)`)
  return fc.constantFrom(...FLOATS).map((value) => `(${kind}.const ${value})`)
}

/** Local variables: the first is a parameter of that type. */
const local = (kind: Kind): number => KINDS.indexOf(kind)

function expression(kind: Kind, depth: number, callable: number): fc.Arbitrary<string> {
  if (depth === 0) return fc.oneof(constant(kind), fc.constant(`(local.get ${local(kind)})`))
  const inner = (of: Kind): fc.Arbitrary<string> =>
    fc.constant(undefined).chain(() => expression(of, depth - 1, callable))
  const type = typeOf(kind)
  const operators = OPERATORS.filter(([out]) => out === kind).map(([, name, takes]) =>
    fc.tuple(...takes.map((of) => inner(of))).map((operands) => `(${name} ${operands.join(' ')})`),
  )
  const jumps = fc.constantFrom('br 0', 'br 1', 'return')
  const flow = [
    fc
      .tuple(inner('i32'), inner(kind), inner(kind))
      .map(([c, a, b]) => `(if (result ${type}) ${c} (then ${a}) (else ${b}))`),
    fc
      .tuple(inner(kind), inner('i32'), inner(kind))
      .map(([a, c, b]) => `(block (result ${type}) ${a} (br_if 0 ${c}) (drop) ${b})`),
    fc.tuple(inner('i32'), inner(kind)).map(([c, a]) => `(block (result ${type}) (br_table 0 0 ${a} ${c}))`),
    fc.tuple(inner(kind), inner('i32')).map(([a, c]) => `(loop (result ${type}) (if ${c} (then (nop))) ${a})`),
    fc.tuple(inner(kind), inner(kind), inner('i32')).map(([a, b, c]) => `(select (result ${type}) ${a} ${b} ${c})`),
    inner(kind).map((a) => `(local.tee ${local(kind)} ${a})`),
    fc
      .tuple(inner('i32'), inner('i64'), inner(kind))
      .map(([c, s, a]) => `(block (result ${type}) (i64.store offset=3 ${c} ${s}) ${a})`),
    fc.tuple(jumps, inner('i32'), inner(kind)).map(([jump, c, a]) => leave({ kind, jump, condition: c, value: a })),
  ]
  const calls = Array.from({ length: callable }, (_, i) => i).filter((i) => KINDS[i % KINDS.length] === kind)
  const called = calls.map((i) =>
    fc.tuple(...KINDS.map((of) => inner(of)), fc.boolean()).map((parts) => {
      const args = parts.slice(0, KINDS.length).join(' ')
      return parts.at(-1) === true
        ? `(call $f${i} ${args})`
        : `(call_indirect (type $t${kind}) ${args} (i32.const ${i}))`
    }),
  )
  return fc.oneof(constant(kind), ...operators, ...flow, ...called)
}

/** Leaves blocks, or the whole function, early; the function gives two values of the kind that it is named after. */
function leave({
  kind,
  jump,
  condition,
  value,
}: {
  kind: Kind
  jump: string
  condition: string
  value: string
}): string {
  const type = typeOf(kind)
  if (jump === 'return') return `(block (result ${type}) (if ${condition} (then (return (call $early)))) ${value})`
  return `(block (result ${type}) (block (result ${type}) ${value} (br_if ${jump.slice(3)} ${condition})))`
}

/**
 * A module of seven functions, one for each kind, where later ones call earlier ones. `run0` to `run6` take nothing and give what
 * the functions give, where JavaScript can have it.
 */
export const randomModule: fc.Arbitrary<string> = fc
  .tuple(...KINDS.map((kind, i) => expression(kind, 4, i)), ...KINDS.map((kind) => constant(kind)))
  .map((parts) => {
    const params = KINDS.map(typeOf).join(' ')
    const args = parts.slice(KINDS.length).join(' ')
    const functions = KINDS.map((kind, i) => {
      const body = (parts[i] ?? '').replaceAll('(return (call $early))', `(return (local.get ${local(kind)}))`)
      const out = typeOf(kind)
      const [result = out, seen] = SEEN[kind] ?? []
      const call = `(call $f${i} ${args})`
      return `(func $f${i} (param ${params}) (result ${out}) ${body})
        (func (export "run${i}") (result ${result}) ${seen === undefined ? call : `(${seen} ${call})`})`
    })
    return `(module
      ${KINDS.map((kind) => `(type $t${kind} (func (param ${params}) (result ${typeOf(kind)})))`).join('\n')}
      (memory (export "memory") 1 4)
      (table funcref (elem ${KINDS.map((_, i) => `$f${i}`).join(' ')}))
      (func (export "_start"))
      ${functions.join('\n')})`
  })
