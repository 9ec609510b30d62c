// Reads a document: which words stand in it, and where its links lead. Markdown, HTML, and addresses in plain text.
import { Tally } from './tally.ts'

const APOSTROPHE: i32 = 0x27

/** Counts the words and links of a document. */
export function countDocument(tally: Tally, name: string, text: string): void {
  tally.beginDocument()
  let at = 0
  while (at < text.length) {
    const end = endOfLink(text, at)
    if (end > 0) {
      const start = at + lengthOfOpening(text, at)
      const target = resolve(
        name,
        isAddress(text, at) ? trimEnd(text.substring(start, end)) : text.substring(start, end),
      )
      tally.add('link', target)
      at = end
      continue
    }
    const behind = endOfWord(text, at)
    if (behind > at) tally.add('word', text.substring(at, behind).toLowerCase())
    at = max(behind, at + 1)
  }
}

/** Where the link ends that begins here; 0 when none begins. */
function endOfLink(text: string, at: i32): i32 {
  const opening = lengthOfOpening(text, at)
  const isPlain = isAddress(text, at)
  if (opening == 0 && !isPlain) return 0
  const stops = isPlain ? ' \t\r\n<>"\'`|)]' : text.charCodeAt(at) == 0x5d ? ' \t\r\n)' : ' \t\r\n"'
  let end = at + opening
  while (end < text.length && !stops.includes(text.charAt(end))) end++
  const least = isPlain ? text.indexOf('//', at) + 2 : at + opening
  return end > least ? end : 0
}

/** What stands before the target of a link of Markdown or HTML; 0 where none begins. */
function lengthOfOpening(text: string, at: i32): i32 {
  if (startsAt(text, '](', at)) return 2
  if (startsAt(text, 'href="', at)) return 6
  return 0
}

function isAddress(text: string, at: i32): bool {
  return startsAt(text, 'http://', at) || startsAt(text, 'https://', at)
}

function startsAt(text: string, part: string, at: i32): bool {
  if (text.charCodeAt(at) != part.charCodeAt(0)) return false
  return text.substr(at, part.length) == part
}

/** What ends a sentence is not part of the address before it. */
function trimEnd(address: string): string {
  let end = address.length
  while ('.,;:!?'.includes(address.charAt(end - 1))) end--
  return address.substring(0, end)
}

/** Where the word ends that begins here. */
function endOfWord(text: string, at: i32): i32 {
  let end = at
  while (end < text.length) {
    if (!isLetterAt(text, end) && !(end > at && isInnerApostrophe(text, end))) break
    end++
  }
  return end
}

/** An apostrophe with a letter behind it that does not begin a link. */
function isInnerApostrophe(text: string, at: i32): bool {
  return text.charCodeAt(at) == APOSTROPHE && isLetterAt(text, at + 1) && endOfLink(text, at + 1) == 0
}

/** A letter of the Latin alphabets. */
function isLetterAt(text: string, at: i32): bool {
  const unit = at < text.length ? text.charCodeAt(at) : 0
  const small = unit | 0x20
  if (unit < 0x80) return small >= 0x61 && small <= 0x7a
  return unit >= 0xc0 && unit <= 0x24f && unit != 0xd7 && unit != 0xf7
}

/** Where a link of a document leads: an address, or the path of a document. Places within a document do not count. */
function resolve(name: string, target: string): string {
  const hash = target.indexOf('#')
  const whole = hash < 0 ? target : target.substring(0, hash)
  if (whole == '') return name
  if (hasScheme(whole)) return whole
  const steps = (name.substring(0, name.lastIndexOf('/') + 1) + whole).split('/')
  const path: string[] = []
  for (let place = 0; place < steps.length; place++) {
    const step = steps[place]
    if (step == '' || step == '.') continue
    if (step == '..' && path.length > 0 && path[path.length - 1] != '..') path.pop()
    else path.push(step)
  }
  return path.length == 0 ? '.' : path.join('/')
}

/** `https:`, `mailto:`: a letter, and others up to a colon. */
function hasScheme(target: string): bool {
  for (let place = 0; place < target.length; place++) {
    const small = target.charCodeAt(place) | 0x20
    if (target.charAt(place) == ':') return place > 1
    if (small < 0x61 || small > 0x7a) return false
  }
  return false
}
