// What a command is: data about how it is called, and one function that does it and prints nothing.
import type { Begun } from './begun.ts'
import type { Terminal } from './terminal/terminal.ts'

/** A value in the place of its name: `app show <address>`. */
export type Argument = {
  readonly name: string
  readonly summary: string
  readonly isOptional?: boolean
  /** Takes all that follow, as in `<amount> [unit]` written as several words. */
  readonly isList?: boolean
  /** The only values that are taken; they complete in shells. */
  readonly choices?: readonly string[]
}

/** A flag, with or without a value. */
export type Option = {
  /** As commander reads it: `--price <amount...>`, `-y, --yes`. */
  readonly flags: string
  readonly summary: string
  /** What holds without the flag, said in the help. */
  readonly fallback?: string
  /** The only values that are taken; they complete in shells. */
  readonly choices?: readonly string[]
  /** Options that make no sense beside it, by their camel-cased names. */
  readonly excludes?: readonly string[]
  /** Kept for old scripts: works, and is not shown. */
  readonly isHidden?: boolean
}

/** How a command was called, and what it may use. */
export type Call = {
  readonly args: readonly string[]
  /** By the camel-cased name of the flag: `--skip-wallet` is `skipWallet`. */
  readonly options: Readonly<Record<string, unknown>>
  readonly terminal: Terminal
  /** Aborted by Ctrl-C: whoever waits says how to come back. */
  readonly signal: AbortSignal
  /** What it sends is noted here: who leaves before its end is told. */
  readonly begun: Begun
}

/** What came of a command. It is printed in one of three forms. */
export type Outcome = {
  /** For `--raw`: what scripts of the existing command expect beside `ok: true`. */
  readonly raw: Readonly<Record<string, unknown>>
  /** For `--json`: our own, documented; `raw` when left out. */
  readonly json?: Readonly<Record<string, unknown>>
  /** For people: lines of text. */
  readonly text: readonly string[]
  /** Parts that failed, a sentence each: the command ends with exit code 1 then, however much else was done. */
  readonly failures?: readonly string[]
}

/** One thing that can be done: `iexec app deploy`. */
export type Command = {
  readonly name: string
  readonly aliases?: readonly string[]
  /** One line, without a full stop, in the imperative. */
  readonly summary: string
  /** More, for its own help. */
  readonly description?: string
  readonly arguments?: readonly Argument[]
  readonly options?: readonly Option[]
  readonly examples: readonly { readonly line: string; readonly meaning: string }[]
  readonly isHidden?: boolean
  readonly run: (call: Call) => Promise<Outcome>
}

/** Commands about one noun: `iexec app …`. */
export type Group = {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly summary: string
  readonly isHidden?: boolean
  /** Loaded when the group is called, so that no command waits for the code of another. */
  readonly load: () => Promise<{ readonly commands: readonly Command[] }>
}

/** A command without a noun: `iexec init`. What the help says of it stands here, so that its code is loaded when it is called. */
export type Single = {
  readonly name: string
  /** As the command's own: a test compares them. */
  readonly summary: string
  readonly isHidden?: boolean
  readonly load: () => Promise<Command>
}
