import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultRow } from '../fault-row.ts';
import { type CliEnd, type RunFixture, withFixture } from './run-fixture.ts';

/** F47: disks that are full or may not be written, made by bubblewrap: real errors of a real file system. */
export function diskRows(): FaultRow[] {
  return [...fullDisks(), ...refusedFolders()].map(({ name, expected, run }) => ({
    fault: 'F47',
    name,
    provider: 'run',
    isHeavy: true,
    expected,
    run: () => withFixture({}, run),
  }));
}

type DiskRow = Pick<FaultRow, 'name' | 'expected'> & { run: (fixture: RunFixture) => Promise<string> };

/** Room for a run in KiB, and where it ends. */
const sizes = [
  { kib: 8, where: 'collecting', isPaid: false },
  { kib: 32, where: 'reviewing', isPaid: true },
  { kib: 64, where: 'reviewing', isPaid: true },
  { kib: 112, where: 'verifying', isPaid: true },
  { kib: 140, where: 'rendering', isPaid: true },
];

function fullDisks(): DiskRow[] {
  const whole = 'one line and a hint, nothing half-written';
  const rows = sizes.map(({ kib, where, isPaid }): DiskRow => {
    const answer = isPaid ? 'the report with 3 findings on stdout' : 'nothing on stdout, nobody was asked';
    return {
      name: `the disk is full while ${where} (${kib} KiB)`,
      expected: `exit 4, "No space" said, ${whole}, ${answer}`,
      run: (fixture) => runOnSmallDisk(fixture, kib),
    };
  });
  return [
    ...rows,
    {
      name: 'the disk is full while rendering, with --json',
      expected: `exit 4, "No space" said, ${whole}, report.json with 3 findings on stdout`,
      run: (fixture) => runOnSmallDisk(fixture, 140, ['--json']),
    },
    {
      name: 'the cache folder is full',
      expected: `exit 4, "No space" said, ${whole}, nothing on stdout, nobody was asked`,
      run: (fixture) => runOnSmallDisk(fixture, 4, [], join(fixture.scratch, 'cache')),
    },
    {
      name: 'the cache folder is full when git prints the patch',
      expected: `exit 4, "No space" said, ${whole}, nothing on stdout, nobody was asked`,
      run: (fixture) => runOnSmallDisk(fixture, 12, [], join(fixture.scratch, 'cache')),
    },
    {
      name: 'stdout stands on a full disk',
      expected: 'exit 4, "No space" said',
      run: async (fixture) => {
        const end = await fixture.run({ wrapper: ['sh', '-c', 'exec "$@" > /dev/full', 'sh'] });
        return `exit ${end.code}, ${describeSpace(end)}`;
      },
    },
  ];
}

async function runOnSmallDisk(
  fixture: RunFixture,
  kib: number,
  words: readonly string[] = [],
  folder = fixture.out,
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const kept = join(fixture.scratch, 'kept');
  // The small disk is gone with the sandbox: what it holds is taken out before.
  const script = '"$@"; code=$?; cp -a "$FOLDER" "$KEPT"; exit $code';
  const end = await fixture.run({
    words,
    env: { FOLDER: folder, KEPT: kept },
    wrapper: [...sandbox, '--size', String(kib * 1024), '--tmpfs', folder, 'sh', '-c', script, 'sh'],
  });
  const asked = Object.keys(await fixture.requests()).length;
  return [
    `exit ${end.code}`,
    describeSpace(end),
    describeComplaint(end),
    describeFiles(kept),
    asked === 0 && end.stdout === '' ? 'nothing on stdout, nobody was asked' : describeAnswer(end.stdout),
  ].join(', ');
}

const sandbox = ['bwrap', '--dev-bind', '/', '/', '--die-with-parent'];

function refusedFolders(): DiskRow[] {
  const refused = 'exit 2, one line and a hint, nothing on stdout, nobody was asked';
  const readOnly = (folder: string) => {
    mkdirSync(folder, { recursive: true });
    return [...sandbox, '--ro-bind', folder, folder];
  };
  const describe = async (fixture: RunFixture, end: CliEnd) => {
    const asked = Object.keys(await fixture.requests()).length;
    return [
      `exit ${end.code}`,
      describeComplaint(end),
      end.stdout === '' && asked === 0 ? 'nothing on stdout, nobody was asked' : `${asked} were asked`,
    ].join(', ');
  };
  return [
    {
      name: 'the folder of --out may not be written',
      expected: refused,
      run: async (fixture) => describe(fixture, await fixture.run({ wrapper: readOnly(fixture.out) })),
    },
    {
      name: '--out is a file',
      expected: refused,
      run: async (fixture) => {
        writeFileSync(fixture.out, '');
        return describe(fixture, await fixture.run());
      },
    },
    {
      name: 'the cache folder may not be written',
      expected: `${refused}, no run begun`,
      run: async (fixture) => {
        const wrapper = readOnly(join(fixture.scratch, 'cache'));
        const said = await describe(fixture, await fixture.run({ wrapper }));
        return `${said}, ${fixture.runDirectory() === null ? 'no run begun' : 'a run begun'}`;
      },
    },
    {
      name: 'the part of the cache folder that seals runs may not be written',
      expected: `${refused}, no run begun`,
      run: async (fixture) => {
        const wrapper = readOnly(join(fixture.scratch, 'cache', 'deep-review', 'runs'));
        const said = await describe(fixture, await fixture.run({ wrapper }));
        return `${said}, ${fixture.runDirectory() === null ? 'no run begun' : 'a run begun'}`;
      },
    },
  ];
}

function describeSpace({ stderr }: CliEnd): string {
  return /ENOSPC|No space left/i.test(stderr) ? '"No space" said' : `no word of space: ${stderr}`;
}

/** What stands behind `deep-review:` is one line, with what to do in the next; no stack trace. */
function describeComplaint({ stderr }: CliEnd): string {
  const lines = stderr.trimEnd().split('\n');
  const at = lines.findIndex((line) => line.startsWith('deep-review: '));
  const isPlain = at >= 0 && at === lines.length - 2 && lines[at + 1]?.startsWith('  → ') === true;
  return isPlain && !/\n\s+at /.test(stderr)
    ? 'one line and a hint'
    : `a complaint of another form: ${stderr}`;
}

/** Files under their final names are whole: JSON that parses, lines that end, pages that close. */
function describeFiles(folder: string): string {
  if (!existsSync(folder)) return 'nothing half-written';
  const broken = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(folder, name);
    if (name.endsWith('.json')) return !isJson(readFileSync(path, 'utf8'));
    if (name.endsWith('.jsonl')) return !isLines(readFileSync(path, 'utf8'));
    if (name.endsWith('.html')) return !readFileSync(path, 'utf8').trimEnd().endsWith('</html>');
    return name.endsWith('.part');
  });
  return broken.length === 0 ? 'nothing half-written' : `half-written: ${broken.join(' ')}`;
}

function isLines(text: string): boolean {
  return text === '' || (text.endsWith('\n') && text.trimEnd().split('\n').every(isJson));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function describeAnswer(stdout: string): string {
  const findings = ['claude', 'codex', 'gemini'].filter((id) => stdout.includes(`${id} says: an outage`));
  if (isJson(stdout))
    return `report.json with ${findings.length} findings on stdout${JSON.parse(stdout).schemaVersion === 1 ? '' : ', of no version'}`;
  const isReport = stdout.startsWith('# ');
  return `${isReport ? 'the report' : `"${stdout.slice(0, 80)}"`} with ${findings.length} findings on stdout`;
}

/** Why rows of this kind cannot run here; null when they can. */
export function whyNoDisks(): string | null {
  try {
    execFileSync('bwrap', [...sandbox.slice(1), 'true'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'bubblewrap is not installed, or may not make a sandbox here';
  }
}
