import type { Change, DeclinedFinding, EarlierRound } from '../domain/change.ts';
import type { RawFinding } from '../domain/finding.ts';
import type { ProviderId } from '../domain/reviewer.ts';
import { createKeptFindings, type KeptFindingsInput } from './kept-findings.ts';

/**
 * The change as one vendor may be told of it: without declined findings that are about a file whose content is kept from
 * it, or that repeat such content.
 */
export function createSeenChange(input: KeptFindingsInput): (vendor: ProviderId) => Promise<Change> {
  const { change, rules } = input;
  const isKept = createKeptFindings(input);
  return async (vendor) => {
    if (rules.length === 0 || change.earlierRounds === null) return change;
    const earlierRounds: EarlierRound[] = [];
    for (const round of change.earlierRounds) {
      const declined: DeclinedFinding[] = [];
      for (const one of round.declined)
        if (!(await isKept(vendor, [asRaised(one, round)]))) declined.push(one);
      earlierRounds.push({ ...round, declined });
    }
    return { ...change, earlierRounds };
  };
}

/** What of a declined finding a reviewer is told, as if it had raised that. */
function asRaised(declined: DeclinedFinding, round: EarlierRound): Pick<RawFinding, 'locations' | 'claim'> {
  const finding = round.findings?.find(({ id }) => id === declined.id);
  const path = declined.path === null ? [] : [{ path: declined.path, startLine: 1, endLine: 1 }];
  const places = [...path, ...(finding?.locations ?? [])];
  return {
    locations: places.map((place) => ({ side: 'head', ...place })),
    claim: {
      severity: declined.severity,
      kind: 'gap',
      category: 'correctness',
      title: declined.title,
      locations: [],
      quote: '',
      absent: false,
      explanation: declined.reason,
      scenario: '',
      fix: { text: '', diff: '' },
      confidence: null,
      replaces: '',
    },
  };
}
