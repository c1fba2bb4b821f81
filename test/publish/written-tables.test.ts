import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { PostTarget } from '../../src/domain/publication.ts';
import { RunStatus, type Severity } from '../../src/domain/vocabulary.ts';
import { decideConclusion } from '../../src/publish/decide-conclusion.ts';
import { whyNotPost } from '../../src/publish/may-post.ts';

const severityOf: Record<string, Severity> = { C: 'critical', I: 'important', S: 'suggestion' };
const reviewed = 'a'.repeat(40);
const moved = 'b'.repeat(40);

test('the check run concludes as its table says, row by row', () => {
  const rows = readRows('check-conclusion.md', 'run');
  const decided = rows.map(([run, incomplete, findings = '', failOn, blockOnOutage]) => {
    const input = {
      runStatus: RunStatus.parse(run),
      incomplete: isYes(incomplete),
      severities: findings === 'none' ? [] : findings.split(' ').map((letter) => severity(letter)),
      failOn: failOn === 'never' ? ('never' as const) : severity((failOn ?? '').charAt(0).toUpperCase()),
      blockOnOutage: isYes(blockOnOutage),
    };
    return [run, incomplete, findings, failOn, blockOnOutage, decideConclusion(input)];
  });
  expect(decided).toEqual(rows);
  expect(rows.length).toBeGreaterThanOrEqual(32);
});

test('an outage blocks no merge unless asked, and silence below the quorum is no success, whatever else holds', () => {
  for (const runStatus of RunStatus.options)
    for (const incomplete of [true, false])
      for (const failOn of ['critical', 'important', 'suggestion', 'never'] as const) {
        const input = { runStatus, incomplete, severities: [], failOn };
        const isOutage = incomplete || runStatus === 'failed' || runStatus === 'cancelled';
        expect([
          decideConclusion({ ...input, blockOnOutage: false }),
          decideConclusion({ ...input, blockOnOutage: true }),
        ]).toEqual(isOutage ? ['neutral', 'failure'] : ['success', 'success']);
      }
});

test('a pull request gets what its table says, row by row', () => {
  const rows = readRows('pull-request-states.md', 'state');
  const decided = rows.map(([state, draft, locked, head]) => {
    const now = {
      state: state as 'open' | 'closed' | 'merged',
      draft: isYes(draft),
      locked: isYes(locked),
      head: head === 'moved' ? moved : reviewed,
      base: 'c'.repeat(40),
    };
    const outcomes = (['check', 'inline', 'summary'] as const).map(
      (part) => whyNotPost(PostTarget.parse(part), now, reviewed)?.code ?? 'posted',
    );
    return [state, draft, locked, head, ...outcomes];
  });
  expect(decided).toEqual(rows);
  expect(rows.length).toBeGreaterThanOrEqual(12);
});

function severity(letter: string): Severity {
  const found = severityOf[letter];
  if (found === undefined) throw new Error(`no severity: ${letter}`);
  return found;
}

function isYes(cell: string | undefined): boolean {
  if (cell !== 'yes' && cell !== 'no') throw new Error(`neither yes nor no: ${cell}`);
  return cell === 'yes';
}

/** The rows of the table whose head begins with a word, without head and rule. */
function readRows(file: string, head: string): string[][] {
  const lines = readFileSync(resolve(import.meta.dirname, '../../src/publish', file), 'utf8').split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${head} |`));
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('| '));
  return rows.slice(0, end < 0 ? undefined : end).map((line) => line.slice(2, -2).split(' | '));
}
