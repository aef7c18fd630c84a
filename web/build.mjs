// Builds what browsers get from us into ../assets/dist: two style sheets (left
// to right, and its mirror), one script, one sprite, fonts, and manifest.json,
// which tells the server the content-hashed name of each. The same sources give
// the same bytes: nothing here depends on the hour or on the order of a folder.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'
import rtlcss from 'rtlcss'
import * as sass from 'sass'

const here = fileURLToPath(new URL('.', import.meta.url))
const dist = join(here, '..', 'assets', 'dist')
const read = (...p) => readFileSync(join(here, ...p), 'utf8')

const files = new Map() // hashed name -> bytes
const manifest = {} // plain name -> hashed name

function put(name, bytes) {
  const dot = name.lastIndexOf('.')
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 10)
  manifest[name] = `${name.slice(0, dot)}.${hash}${name.slice(dot)}`
  files.set(manifest[name], bytes)
  return manifest[name]
}

// Fonts first: the style sheets carry their hashed names.
function fonts() {
  for (const f of JSON.parse(read('fonts.json'))) {
    const dir = join(here, 'node_modules', '@fontsource', f.family, 'files')
    for (const subset of f.subsets)
      for (const weight of f.weights)
        put(`${f.family}-${subset}-${weight}.woff2`, readFileSync(join(dir, `${f.family}-${subset}-${weight}-normal.woff2`)))
  }
}

async function styles() {
  const { css } = sass.compile(join(here, 'src', 'scss', 'app.scss'), {
    loadPaths: [join(here, 'node_modules')],
    quietDeps: true,
    silenceDeprecations: ['import', 'global-builtin', 'color-functions'],
    style: 'expanded',
  })
  const named = css.replace(/url\("?([\w-]+\.woff2)"?\)/g, (_, f) => {
    if (!manifest[f]) throw new Error(`the style sheet names a font that fonts.json does not: ${f}`)
    return `url(${manifest[f]})`
  })
  for (const [name, text] of [['app.css', named], ['app.rtl.css', rtlcss.process(named)]]) {
    const { code } = await esbuild.transform(text, { loader: 'css', minify: true, legalComments: 'inline' })
    put(name, Buffer.from(code))
  }
}

async function script() {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(here, 'src', 'app.js')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    write: false,
    absWorkingDir: here,
    // bootstrap-italia declares its plugins free of side effects, and then
    // registers them by side effect: without this they vanish.
    ignoreAnnotations: true,
  })
  put('app.js', Buffer.from(outputFiles[0].contents))
}

// icons.json is the one list of icons: names from Bootstrap Italia's sprite,
// and our own drawings in src/icons.
function sprite() {
  const theirs = read('node_modules', 'bootstrap-italia', 'dist', 'svg', 'sprites.svg')
  const { bootstrap, own } = JSON.parse(read('icons.json'))
  const symbols = bootstrap.map((name) => {
    const m = theirs.match(new RegExp(`<symbol([^>]*) id="it-${name}"([^>]*)>(.*?)</symbol>`, 's'))
    if (!m) throw new Error(`Bootstrap Italia has no icon it-${name}`)
    return `<symbol id="${name}" viewBox="0 0 24 24">${m[3].trim()}</symbol>`
  })
  for (const name of own) {
    const svg = read('src', 'icons', `${name}.svg`)
    const inner = svg.slice(svg.indexOf('>') + 1, svg.lastIndexOf('</svg>')).trim()
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`)
  }
  put('sprite.svg', Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`))
}

fonts()
await styles()
await script()
sprite()
put('logo.svg', readFileSync(join(here, 'src', 'logo.svg')))

mkdirSync(dist, { recursive: true })
for (const f of readdirSync(dist)) if (f !== '.keep') rmSync(join(dist, f), { recursive: true })
for (const [name, bytes] of files) writeFileSync(join(dist, name), bytes)
const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(join(dist, 'manifest.json'), JSON.stringify(sorted, null, 1) + '\n')
for (const name of ['app.css', 'app.rtl.css', 'app.js', 'sprite.svg'])
  console.log(manifest[name].padEnd(28), files.get(manifest[name]).length)
