import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { actionInputs, actionOutputs } from '../src/action/metadata.ts';
import { commands, exitCodes, outputFlags, reviewFlags } from '../src/cli/flags.ts';
import { formatHelp } from '../src/cli/help.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(resolve(root, path), 'utf8');
const readme = read('README.md');
const manifest: { scripts: Record<string, string>; dependencies: object; devDependencies: object } =
  JSON.parse(read('package.json'));

describe('the README', () => {
  test('lists every flag of review in the words of --help', () => {
    const rows = [...reviewFlags, ...outputFlags].map(
      (flag) => `| \`--${flag.name}${flag.value === undefined ? '' : ` ${flag.value}`}\` | ${flag.text} |`,
    );
    expect(tableRows('| flag |')).toEqual(rows);
  });

  test('lists every exit code in the words of --help', () => {
    expect(tableRows('| code |')).toEqual(exitCodes.map(({ code, text }) => `| ${code} | ${text} |`));
  });

  test('lists the inputs and outputs of the Action in the words of its metadata', () => {
    const code = (text: string) => (text === '' ? '' : `\`${text}\``);
    expect(tableRows('| input |')).toEqual(
      actionInputs.map((input) => `| \`${input.name}\` | ${input.text} | ${code(input.default)} |`),
    );
    expect(tableRows('| output |')).toEqual(
      actionOutputs.map(({ name, text }) => `| \`${name}\` | ${text} |`),
    );
  });

  test('says what a newcomer needs before the first command, and how the command gets its name', () => {
    const start = readme.slice(0, readme.indexOf('npm ci'));
    expect(start).toContain('`git clone`');
    expect(start).toContain('Node 20.19 or newer');
    expect(readme).toContain('`npm link`');
    const anchors = new Set(
      [...readme.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replace(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      ),
    );
    const links = [...readme.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
    expect(links.filter((anchor) => !anchors.has(anchor))).toEqual([]);
    expect(links.length).toBeGreaterThan(5);
  });

  test('lists every command but review in its table', () => {
    const named = tableRows('| other command |').map((row) => /^\| `(\w+)/.exec(row)?.[1]);
    expect(named.toSorted()).toEqual([...commands.slice(1).map(({ name }) => name), 'help'].toSorted());
  });

  test('gives a reason for every package, and for no other', () => {
    const start = readme.indexOf('## Dependencies');
    const section = readme.slice(start, readme.indexOf('\n## ', start));
    const named = [...section.matchAll(/`((?:@[\w-]+\/)?[\w-]+)`/g)].map((match) => match[1]);
    const used = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];
    expect(new Set(named.filter((name) => name !== '@google/generative-ai'))).toEqual(new Set(used));
  });

  test('and AGENTS.md name only files and scripts that exist', () => {
    for (const text of [readme, read('AGENTS.md')]) {
      for (const [, path = ''] of text.matchAll(
        /\]\(([\w./-]+)\)|`((?:src|test|context|templates)\/[\w./-]+)`/g,
      ))
        if (path !== '') expect([path, existsSync(resolve(root, path))]).toEqual([path, true]);
      for (const [, script = ''] of text.matchAll(/npm run (?:-s )?([\w:]+)/g))
        expect([script, script in manifest.scripts]).toEqual([script, true]);
    }
  });

  test('shows the rooms as the architecture test holds them', () => {
    const test = read('test/architecture.test.ts');
    for (const row of tableRows('| room |')) {
      const [rooms = '', imports = ''] = row
        .split('|')
        .slice(1)
        .map((cell) => cell.trim());
      if (rooms === 'pipeline') continue;
      const list =
        imports === '–'
          ? ''
          : imports
              .split(', ')
              .map((name) => `'${name}'`)
              .join(', ');
      for (const room of rooms.split(', ')) expect(test).toContain(`  ${room}: [${list}],`);
    }
  });

  test('AGENTS.md stays under 80 lines', () => {
    expect(read('AGENTS.md').split('\n').length).toBeLessThan(80);
  });
});

test('--help fits a terminal of 100 columns', () => {
  for (const command of [null, ...commands])
    expect(
      formatHelp(command)
        .split('\n')
        .filter((line) => line.length > 100),
    ).toEqual([]);
});

/** Rows of the first table whose header starts so. */
function tableRows(header: string): string[] {
  const lines = readme.split('\n');
  const start = lines.findIndex((line) => line.startsWith(header)) + 2;
  const end = lines.findIndex((line, index) => index >= start && !line.startsWith('|'));
  return lines.slice(start, end);
}
