// Builds the browser assets and writes them as one C file and one block of bytes, which the C file embeds.
//   node build.mjs OUT.c OUT.bin
// Every file gets a name with the hash of its content, so browsers may keep it for ever.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const [outC, outBin] = process.argv.slice(2);
if (!outBin) {
  console.error('usage: node build.mjs OUT.c OUT.bin');
  process.exit(2);
}

if (!existsSync(join(here, 'node_modules', 'govuk-frontend', 'package.json'))) {
  console.error('assets: fetching npm packages (npm ci)');
  const npm = spawnSync('npm', ['ci', '--prefix', here, '--no-audit', '--no-fund', '--loglevel=error'], { stdio: ['ignore', 2, 2] });
  if (npm.status !== 0) {
    console.error('assets: npm ci failed in assets/; is the npm registry reachable?');
    process.exit(1);
  }
}
const sass = await import('sass');
const esbuild = await import('esbuild');

const BYTES = 'application/octet-stream';
const TYPES = { '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml', '.wasm': 'application/wasm',
  '.bcmap': BYTES, '.pfb': BYTES, '.ttf': BYTES };

// name → { file, bytes }; the file carries the hash
const built = new Map();
const add = (name, file, bytes) => built.set(name, { file, bytes: Buffer.from(bytes) });
const hash = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 10);
const hashed = (name, bytes) => name.replace(/(\.[a-z]+)$/, `.${hash(bytes)}$1`);

const css = sass.compile(join(here, 'css', 'rise.scss'), {
  style: 'compressed',
  charset: false,
  loadPaths: [join(here, 'node_modules', 'govuk-frontend', 'dist')],
  quietDeps: true,
}).css;
add('rise.css', hashed('rise.css', css), css);

// What pdf.js asks for by name while it draws: character maps, fonts that files leave out, decoders of scanned pictures. `import { files } from
// 'pdf-files'` maps each name to its hashed address.
const pdfFiles = {
  name: 'pdf-files',
  setup(build) {
    build.onResolve({ filter: /^pdf-files$/ }, () => ({ path: 'pdf-files', namespace: 'pdf-files' }));
    build.onLoad({ filter: /.*/, namespace: 'pdf-files' }, () => {
      const from = (folder, pattern) => readdirSync(join(here, 'node_modules', 'pdfjs-dist', folder)).filter((f) => pattern.test(f)).sort()
        .map((f) => ({ name: f, path: `pdfjs-dist/${folder}/${f}` }));
      const all = [...from('cmaps', /\.bcmap$/), ...from('standard_fonts', /\.(pfb|ttf)$/), ...from('wasm', /^(jbig2|openjpeg|qcms_bg)\.wasm$/)];
      const lines = all.map(({ path }, i) => `import f${i} from '${path}';`);
      return { contents: `${lines.join('\n')}\nexport const files = {${all.map(({ name }, i) => `'${name}': f${i}`)}};`, resolveDir: here };
    });
  },
};

// The entries plus lazily loaded chunks; esbuild puts the hash of each chunk's content into its name and into the importing one.
const out = mkdtempSync(join(tmpdir(), 'rise-assets-'));
try {
  await esbuild.build({
    entryPoints: { rise: join(here, 'js', 'rise.js'), 'pdf.worker': 'pdfjs-dist/legacy/build/pdf.worker.min.mjs' },
    absWorkingDir: here, plugins: [pdfFiles], publicPath: '/assets', assetNames: '[name].[hash]',
    loader: { '.bcmap': 'file', '.pfb': 'file', '.ttf': 'file', '.wasm': 'file' },
    outdir: out, bundle: true, splitting: true, format: 'esm', minify: true, target: 'es2022', legalComments: 'none',
    entryNames: '[name].[hash]', chunkNames: '[name].[hash]', logLevel: 'warning',
  });
  for (const file of readdirSync(out).sort()) add(/^(rise|pdf\.worker)\./.test(file) ? file.replace(/\.[^.]+\.js$/, '.js') : file, file, readFileSync(join(out, file)));
} finally {
  rmSync(out, { recursive: true });
}

for (const file of readdirSync(join(here, 'img')).sort()) {
  const bytes = readFileSync(join(here, 'img', file));
  add(file, hashed(file, bytes), bytes);
}

const pieces = [];
let size = 0;
const place = (bytes) => {
  const at = size;
  pieces.push(bytes);
  size += bytes.length;
  return `{blob + ${at}, ${bytes.length}}`;
};
const smaller = (packed, plain) => (packed.length < plain.length ? place(packed) : '{"", 0}');
const rows = [...built].map(([name, { file, bytes }]) => {
  const gzip = gzipSync(bytes, { level: 9 });
  const brotli = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  const type = TYPES[extname(file)];
  if (!type) throw new Error(`assets: no content type for ${file}`);
  return `    {"${name}", "/assets/${file}", "${type}", "\\"${hash(bytes)}\\"",\n     ${place(bytes)}, ${smaller(gzip, bytes)}, ${smaller(brotli, bytes)}},`;
});
const total = Buffer.concat(pieces);
writeFileSync(outBin, total);
writeFileSync(outC, `/* Made by assets/build.mjs; do not edit. Content ${hash(total)}. */
#include "web/assets.h"

/* The assembler finds the bytes beside the build's other files: the compiler runs in the build folder. */
__asm__(".pushsection .rodata\\n"
        "rise_assets_blob:\\n"
        ".incbin \\"${outBin}\\"\\n"
        ".popsection\\n");
extern const char blob[] __asm__("rise_assets_blob") __attribute__((visibility("hidden")));

const struct asset assets[] = {
${rows.join('\n')}
};
const size_t assets_n = ${rows.length};
`);
