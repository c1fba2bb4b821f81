import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findingKey } from '../../src/domain/finding.ts';
import { balanceLedger, isBalanced, type Ledger, type LedgerEntry } from '../../src/domain/ledger.ts';
import { makeFinding } from '../support/finding-fixture.ts';

function entryFor(key: string): LedgerEntry {
  const [reviewer = '', id = ''] = key.split('/');
  return {
    key,
    reviewer,
    id,
    title: 'title',
    severity: 'important',
    finalSeverity: 'important',
    cluster: 'k1',
    fate: { fate: 'kept' },
    reason: 'stands',
  };
}

function ledgerOf(keys: readonly string[]): Ledger {
  return { schemaVersion: 1, entries: keys.map(entryFor) };
}

describe('the law of the ledger', () => {
  const raw = [makeFinding('claude', { id: 'C1' }), makeFinding('codex', { id: 'C1' })];

  test('holds when each raw finding has one entry', () => {
    expect(balanceLedger(raw, ledgerOf(['codex/C1', 'claude/C1']))).toEqual({
      raw: 2,
      accounted: 2,
      kept: 2,
      merged: 0,
      dropped: 0,
      moved: 0,
      missing: [],
      surplus: [],
    });
  });

  test('names what is missing, invented and doubled', () => {
    const balance = balanceLedger(raw, ledgerOf(['claude/C1', 'claude/C1', 'gemini/I9']));
    expect(balance).toMatchObject({
      accounted: 1,
      missing: ['codex/C1'],
      surplus: ['claude/C1', 'gemini/I9'],
    });
    expect(isBalanced(balance)).toBe(false);
  });

  test('holds exactly for a permutation of the raw findings', () => {
    const keys = fc.uniqueArray(fc.constantFrom('a/C1', 'a/I1', 'b/C1', 'b/S1', 'c/I1', 'c/S2'));
    fc.assert(
      fc.property(keys, fc.array(fc.constantFrom('a/C1', 'b/S1', 'c/I1', 'x/S1')), (raised, entries) => {
        const findings = raised.map((key) => {
          const [reviewer = '', id = ''] = key.split('/');
          return makeFinding(reviewer, { id });
        });
        const same =
          entries.length === raised.length &&
          new Set(entries).size === entries.length &&
          entries.every((key) => findings.some((finding) => findingKey(finding) === key));
        expect(isBalanced(balanceLedger(findings, ledgerOf(entries)))).toBe(same);
      }),
    );
  });
});
