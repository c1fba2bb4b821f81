/**
 * Builds the Action into a folder that needs nothing but itself: all JavaScript in one file, and beside it templates/,
 * context/, the grammars' native packages, licences, and SHA256SUMS, which counts every file. Usage:
 *   node scripts/build-action.mjs [--out dist/action] [--platforms linux-x64-gnu,linux-arm64-gnu]
 * `--platforms`: whose syntax-tree binaries go in; what is not installed here is fetched from the registry and checked
 * against package-lock.json. Without it: those that are installed.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({ options: { out: { type: 'string' }, platforms: { type: 'string' } } });
const out = resolve(values.out ?? join(root, 'dist', 'action'));
const modules = join(root, 'node_modules');
const manifest = readJson(join(root, 'package.json'));
const lock = readJson(join(root, 'package-lock.json'));

/** How setup-lang names the folders of prebuilt grammars, by the platform words of the syntax-tree package. */
const prebuilds = {
  'linux-x64-gnu': 'prebuild-Linux-X64',
  'linux-arm64-gnu': 'prebuild-Linux-ARM64',
  'darwin-x64': 'prebuild-macOS-X64',
  'darwin-arm64': 'prebuild-macOS-ARM64',
  'win32-x64-msvc': 'prebuild-Windows-X64',
};
const platforms = choosePlatforms();

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['src/action.ts'],
  outfile: join(out, 'index.mjs'),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: ['@ast-grep/*'],
  // CommonJS packages inside ask for node's own modules in their own way.
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module';\nconst require = makeRequire(import.meta.url);",
  },
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});
for (const folder of ['templates', 'context'])
  cpSync(join(root, folder), join(out, folder), { recursive: true });
const { name, version, license } = manifest;
writeFileSync(
  join(out, 'package.json'),
  `${JSON.stringify({ name, version, private: true, type: 'module', license }, null, 2)}\n`,
);
cpSync(join(root, 'LICENSE'), join(out, 'LICENSE'));
copyGrammars();
writeLicences();
const files = listFiles(out);
writeFileSync(
  join(out, 'SHA256SUMS'),
  files.map((path) => `${hashFile(join(out, path), 'sha256', 'hex')}  ${path}\n`).join(''),
);
const bytes = files.reduce((sum, path) => sum + statSync(join(out, path)).size, 0);
process.stdout.write(
  `${out}: ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB; syntax trees on ${platforms.join(', ')}\n`,
);

function choosePlatforms() {
  const known = Object.keys(prebuilds);
  const asked = values.platforms?.split(',').map((word) => word.trim());
  const unknown = asked?.find((word) => !known.includes(word));
  if (unknown !== undefined) {
    process.stderr.write(`there is no platform ${unknown}; choose among ${known.join(', ')}\n`);
    process.exit(2);
  }
  const installed = known.filter((word) => existsSync(join(modules, '@ast-grep', `napi-${word}`)));
  return asked ?? installed;
}

/** Only what is loaded at run time: no sources of parsers, no install scripts. */
function copyGrammars() {
  const copy = (from, to = from) =>
    cpSync(join(modules, from), join(out, 'node_modules', to), { recursive: true, dereference: true });
  for (const file of ['package.json', 'index.js', 'LICENSE']) copy(`@ast-grep/napi/${file}`);
  copy('@ast-grep/setup-lang/package.json');
  copy('@ast-grep/setup-lang/index.js');
  for (const language of ['lang-bash', 'lang-go', 'lang-python']) {
    for (const file of ['package.json', 'index.js', 'LICENSE']) copy(`@ast-grep/${language}/${file}`);
    for (const platform of platforms) copy(`@ast-grep/${language}/prebuilds/${prebuilds[platform]}`);
  }
  for (const platform of platforms) {
    const name = `@ast-grep/napi-${platform}`;
    if (existsSync(join(modules, name))) copy(name);
    else fetchPackage(name);
  }
}

function fetchPackage(name) {
  const { version: wanted, integrity } = lock.packages[`node_modules/${name}`];
  const folder = mkdtempSync(join(tmpdir(), 'deep-review-build-'));
  try {
    execFileSync('npm', ['pack', '--silent', `${name}@${wanted}`], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [archive] = readdirSync(folder);
    const found = `sha512-${hashFile(join(folder, archive), 'sha512', 'base64')}`;
    if (found !== integrity)
      throw new Error(`${name}@${wanted} is not what package-lock.json names: ${found}`);
    const target = join(out, 'node_modules', name);
    mkdirSync(target, { recursive: true });
    execFileSync('tar', ['-xzf', join(folder, archive), '-C', target, '--strip-components=1']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The licence of every package of which there is code in the one file. */
function writeLicences() {
  const [output] = Object.values(metafile.outputs);
  const packages = new Set(
    Object.keys(output.inputs)
      .map((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
      .filter((path) => path !== undefined),
  );
  const texts = [...packages].sort().map((path) => {
    const { name, version, license } = readJson(join(root, path, 'package.json'));
    const file = readdirSync(join(root, path)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    const text = file === undefined ? '' : `\n${readFileSync(join(root, path, file), 'utf8').trim()}\n`;
    return `${name} ${version}: ${typeof license === 'string' ? license : JSON.stringify(license)}\n${text}`;
  });
  writeFileSync(join(out, 'THIRD-PARTY-LICENSES.txt'), texts.join('\n----------\n\n'));
}

function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function hashFile(path, algorithm, encoding) {
  return createHash(algorithm).update(readFileSync(path)).digest(encoding);
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
