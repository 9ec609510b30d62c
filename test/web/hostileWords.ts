// What strangers may write where a name, a text, a picture or a page is expected: everything that ever fooled a page or its reader.

/** What no page may ever do: set this. */
export const CANARY = '__hacked'
/** Whoever is asked for this has been told who looks. */
export const FOREIGN = 'https://far.example'
const RUN = `window.${CANARY}=1`

/** In every text below that turns the direction of what follows. */
const OVERRIDE = '\u202E'

/** What a name tries. */
export type Trick =
  | 'html'
  | 'attribute'
  | 'scheme'
  | 'direction'
  | 'closing'
  | 'joined'
  | 'control'
  | 'endless'
  | 'marks'
  | 'pictures'
  | 'verified'
  | 'blank'

/** Names, by what they try. */
export const NAMES: Readonly<Record<Trick, string>> = {
  html: `<img src=x onerror="${RUN}"><script>${RUN}</script><iframe srcdoc="<script>parent.${CANARY}=1</script>">`,
  attribute: `"><svg/onload=${RUN}> ' onmouseover='${RUN}' {{constructor.constructor('${RUN}')()}} $t(site:search)`,
  scheme: `javascript:${RUN}//`,
  direction: `${OVERRIDE}gpj.exe \u2067turned`,
  closing: `closing \u2069\u2069\u202C\u202C${OVERRIDE} all that is open`,
  joined: 'ray\u200D\u200C\u200Btra\uFEFF\u2060cer',
  control: 'control \u0000\u0001\u0008\u001B[31mred\u001B]8;;\u0007\r\n\tend\u009B',
  endless: 'A'.repeat(10_000),
  marks: `Z${'\u0351\u0489\u0336'.repeat(300)}algo`,
  pictures: '👩‍👩‍👧‍👦🏴‍☠️'.repeat(60),
  verified: '✅ iExec (verified)',
  blank: '\u200B\u2800\u3164\u00AD',
}

/** Short ones, for fields that have little room, and their longest together. */
export const MIXED: string = Object.values(NAMES)
  .map((name) => name.slice(0, 200))
  .join(' | ')

const SVG_SCRIPT = `<script>${RUN}</script><image href="${FOREIGN}/in.png" width="9" height="9"/><foreignObject width="90" height="90"><body xmlns="http://www.w3.org/1999/xhtml"><script>${RUN}</script><img src="${FOREIGN}/html.png"/></body></foreignObject><use href="${FOREIGN}/use.svg#a"/><style>@import url(${FOREIGN}/css.css);</style>`

/** A picture that would rather be a program. */
export const SVG: string = `<svg xmlns="http://www.w3.org/2000/svg" width="180" height="180" onload="${RUN}">${SVG_SCRIPT}<rect width="180" height="180" fill="#3355aa"/></svg>`

/** A page with all that a page can do. */
export const HTML: string = `<!doctype html><html><head><meta http-equiv="refresh" content="0;url=${FOREIGN}/refresh"><base href="${FOREIGN}/"><link rel="stylesheet" href="${FOREIGN}/css.css"><link rel="preconnect" href="${FOREIGN}"><link rel="prefetch" href="${FOREIGN}/pre"><script>${RUN};top.${CANARY}=1;alert(1)</script><script src="${FOREIGN}/js.js"></script></head><body onload="${RUN}"><h1>Page of a stranger</h1><img src="${FOREIGN}/a.png" onerror="${RUN}"><iframe src="${FOREIGN}/frame"></iframe><object data="${FOREIGN}/o"></object><video src="${FOREIGN}/v" autoplay></video><form action="${FOREIGN}/form"><input name="q" autofocus onfocus="${RUN}"><button>Send the form</button></form><a href="${FOREIGN}/self">Go there</a> <a href="${FOREIGN}/top" target="_top">Go up</a> <a href="javascript:top.${CANARY}=1" target="_top">Run</a> <a href="${FOREIGN}/new" target="_blank">Open</a></body></html>`

/** A table for a spreadsheet, with more columns than anybody reads. */
export const CSV: string = `=HYPERLINK("${FOREIGN}"),+cmd|' /C calc'!A0,@SUM(1),<b>bold</b>,${OVERRIDE}turned${',x'.repeat(1_000_000)}\n=1+1,-2,@a,\t=3,"<script>${RUN}</script>"\n`

/** What an app may say to a terminal and to whoever reads its logs. */
export const LOG: string = `\u001B[2J\u001B[31mred\u001B]0;title\u0007\u009B31m ${NAMES.html} ${OVERRIDE}turned\r\n${'L'.repeat(5_000)}\n`

/** A README with everything that Markdown can be made to do. */
export const README: string = `# ${NAMES.direction}

<script>${RUN}</script><img src="${FOREIGN}/raw.png" onerror="${RUN}"><style>*{display:none}</style><details open ontoggle="${RUN}">

![far](${FOREIGN}/x.png) [script](javascript:${RUN}) [data](data:text/html,<script>${RUN}</script>) [mixed](JaVaScRiPt&#58;${RUN})
[spaced](<java\tscript:${RUN}>) [blob](blob:${FOREIGN}/1) [relative](../../../secret) [real](${FOREIGN}/page)
<javascript:${RUN}> <${FOREIGN}/auto> ${FOREIGN}/bare www.far.example mail@far.example
[ref]: javascript:${RUN}
[reference][ref] ![reference][ref]

| ${'wide | '.repeat(120)}
| ${'--- | '.repeat(120)}
| ${'cell | '.repeat(120)}

${NAMES.endless}

\`\`\`html
${NAMES.html}${'x'.repeat(3_000)}
\`\`\`

${'> '.repeat(120)}deep

${'- '.repeat(60)}deep

<a name="x" href="javascript:${RUN}">raw</a> footnote[^1]

[^1]: <img src=x onerror=${RUN}>

${'word '.repeat(60_000)}
`
