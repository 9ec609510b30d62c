// What was counted: words and links, each with how often, and in how many documents.
import { fail } from '../../wasi/assembly/program.ts'

/** How often something is there. */
class Count {
  times: i32 = 0
  documents: i32 = 0
  /** Number of the document that counted last. */
  last: i32 = 0
}

/** Counts by name: `word` or `link`, a tab, and the word or the target. */
export class Tally {
  private counts: Map<string, Count> = new Map<string, Count>()
  private document: i32 = 0

  /** What is counted from here on is in another document. */
  beginDocument(): void {
    this.document++
  }

  add(kind: string, key: string): void {
    const count = this.countOf(kind + '\t' + key)
    count.times++
    if (count.last != this.document) count.documents++
    count.last = this.document
  }

  /** Adds what was counted elsewhere, in other documents; of it only the names of one part. */
  addLines(text: string, part: u32, parts: u32): void {
    const lines = text.split('\n')
    for (let place = 0; place < lines.length; place++) {
      const fields = lines[place].split('\t')
      if (fields.length == 1 && fields[0] == '') continue
      if (fields.length != 4) fail('not a line of a tally: ' + lines[place])
      const name = fields[0] + '\t' + fields[1]
      if (hash(name) % parts != part) continue
      const count = this.countOf(name)
      count.times += <i32>parseInt(fields[2])
      count.documents += <i32>parseInt(fields[3])
    }
  }

  /** A line for each name, in the order of the names. */
  toString(): string {
    const names = this.counts.keys().sort((one, other) => (one < other ? -1 : 1))
    const lines: string[] = []
    for (let place = 0; place < names.length; place++) {
      const count = this.counts.get(names[place])
      lines.push(names[place] + '\t' + count.times.toString() + '\t' + count.documents.toString() + '\n')
    }
    return lines.join('')
  }

  private countOf(name: string): Count {
    if (this.counts.has(name)) return this.counts.get(name)
    const count = new Count()
    this.counts.set(name, count)
    return count
  }
}

/** FNV-1a of 32 bits over units of 16: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(text: string): u32 {
  let mixed: u32 = 0x811c9dc5
  for (let place = 0; place < text.length; place++) mixed = (mixed ^ text.charCodeAt(place)) * 0x01000193
  return mixed
}
