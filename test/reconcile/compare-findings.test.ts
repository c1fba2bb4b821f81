import { describe, expect, test } from 'vitest';
import type { RawFinding } from '../../src/domain/finding.ts';
import { compareFindings, textOf } from '../../src/reconcile/compare-findings.ts';
import { reconcileRules } from '../../src/reconcile/rules.ts';
import { TextLikeness } from '../../src/reconcile/text-likeness.ts';
import { makeFinding } from '../support/finding-fixture.ts';

const leak = 'The ticker of watch is never stopped, so each subscription leaks one';
const nearly = 'Each subscription leaks a ticker until the daemon ends';
const vaguely = 'The daemon runs out of memory';

function bandsOf(findings: readonly RawFinding[]): [string, string, string][] {
  const likeness = new TextLikeness(findings.map(textOf), reconcileRules.weights);
  return compareFindings(findings, likeness).comparisons.map(({ a, b, band }) => [a, b, band]);
}

const say = (reviewer: string, title: string, path = 'src/watch.go') =>
  makeFinding(reviewer, { id: 'I1', title, path, quote: '' });

describe('bands', () => {
  const others = ['Retries never end', 'A lock is held over a request', 'Errors of Close are lost'].map(
    (title, at) => say(`other-${at}`, title, `src/other${at}.go`),
  );
  test('tell what is sure, what is likely and what has to be asked', () => {
    expect(bandsOf([say('claude', leak), say('codex', leak), ...others])).toEqual([
      ['claude/I1', 'codex/I1', 'sure'],
    ]);
    expect(bandsOf([say('claude', leak), say('codex', nearly), ...others])).toEqual([
      ['claude/I1', 'codex/I1', 'merge'],
    ]);
    expect(
      bandsOf([say('claude', `${leak}, and memory of the daemon grows`), say('codex', vaguely), ...others]),
    ).toEqual([['claude/I1', 'codex/I1', 'ask']]);
  });

  test('ask about the same words in other files, and never about the guard', () => {
    expect(bandsOf([say('claude', leak), say('codex', leak, 'src/other.go'), ...others])).toEqual([
      ['claude/I1', 'codex/I1', 'ask'],
    ]);
    expect(bandsOf([say('claude', leak), say('guard', leak), ...others])).toEqual([]);
  });
});
