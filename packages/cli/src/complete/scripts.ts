// What shells load to complete words of `iexec`: they ask the command itself, so that they never know old things.

/** The shells that are spoken to. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

/** One of the shells. */
export type Shell = (typeof SHELLS)[number]

// For bash from 3.2 on, which macOS has: no mapfile, and no compopt there.
const BASH = `# iexec: completion for bash. Load it with: source <(iexec completion bash)
_iexec() {
  COMPREPLY=()
  local line answers files=no
  answers=$(iexec complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  while IFS= read -r line; do
    if [[ $line == :files ]]; then files=yes
    elif [[ -n $line ]]; then COMPREPLY+=("\${line%%$'\\t'*}"); fi
  done <<<"$answers"
  # bash replaces only what stands behind an equals sign.
  if [[ \${COMP_WORDS[COMP_CWORD]} != --*=* ]]; then COMPREPLY=("\${COMPREPLY[@]#--*=}"); fi
  if [[ $files == yes ]]; then
    while IFS= read -r line; do
      [[ -n $line ]] && COMPREPLY+=("$line")
    done < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]#=}")
    type compopt >/dev/null 2>&1 && compopt -o filenames 2>/dev/null
  fi
  return 0
}
complete -F _iexec iexec
`

const ZSH = `#compdef iexec
# iexec: completion for zsh. Load it with: source <(iexec completion zsh)
_iexec() {
  local line files=no
  local -a answers
  for line in "\${(@f)$(iexec complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == :files ]]; then files=yes
    elif [[ -n $line ]]; then answers+=("\${\${line//:/\\\\:}/$'\\t'/:}"); fi
  done
  (( $#answers )) && _describe iexec answers
  [[ $files == yes ]] && { compset -P '*='; _files }
  return 0
}
if [[ \${funcstack[1]} == _iexec ]]; then
  _iexec "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _iexec iexec
fi
`

const FISH = `# iexec: completion for fish. Load it with: iexec completion fish | source
function __iexec_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  for line in (iexec complete -- $words[2..-1] "$current" 2>/dev/null)
    if test "$line" = :files
      __fish_complete_path (string replace -r '^--[\\w-]+=' '' -- "$current")
    else
      printf '%s\\n' $line
    end
  end
end
complete -c iexec -f -a '(__iexec_complete)'
`

/** The script of a shell. */
export const SCRIPTS: { readonly [Name in Shell]: string } = { bash: BASH, zsh: ZSH, fish: FISH }

/** What to do once, so that every new shell completes. */
export const INSTALLING: { readonly [Name in Shell]: { readonly line: string; readonly file: string } } = {
  bash: { line: 'source <(iexec completion bash)', file: '~/.bashrc' },
  zsh: { line: 'source <(iexec completion zsh)', file: '~/.zshrc' },
  fish: { line: 'iexec completion fish | source', file: '~/.config/fish/config.fish' },
}
