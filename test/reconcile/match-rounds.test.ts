import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Change, EarlierFinding } from '../../src/domain/change.ts';
import type { Clusters } from '../../src/domain/cluster.ts';
import { fingerprint } from '../../src/domain/fingerprint.ts';
import type { Location } from '../../src/domain/location.ts';
import type { Review } from '../../src/domain/review.ts';
import { matchRounds } from '../../src/reconcile/match-rounds.ts';
import { type FindingSketch, makeReview } from '../support/finding-fixture.ts';
import { type RewordedFinding, rewordedFindings } from '../support/reworded-findings.ts';

const ids = ['aaaa', 'bbbb', 'cccc', 'dddd', 'eeee', 'ffff'];
const published = rewordedFindings.map((one, at): EarlierFinding => {
  const { path, symbol, lines, first } = one;
  return {
    id: ids[at] ?? '',
    fingerprint: fingerprint({ path, symbol, quote: first.quote }),
    since: 1,
    label: `I${at + 1}`,
    severity: 'important',
    ...first,
    scenario: '',
    fix: '',
    symbol,
    locations: [{ path, startLine: lines[0], endLine: lines[1], side: 'head' }],
    isGuards: false,
  };
});
const earlier = (findings: readonly EarlierFinding[], round = 1) => ({
  round,
  head: 'c'.repeat(40),
  declined: [],
  findings: [...findings],
});

function sketch(one: RewordedFinding, words: keyof Pick<RewordedFinding, 'first' | 'reworded' | 'part'>) {
  const [start, end] = one.lines;
  return {
    ...one[words],
    path: one.path,
    lines: [start + 40, end + 40] as [number, number],
    symbol: one.symbol,
  };
}

interface Input {
  change: Pick<Change, 'earlierRounds' | 'files'>;
  clusters: Clusters;
  reviews: Review[];
  symbols: Map<string, string>;
  places: Map<string, Location[]>;
}

/** Each finding a cluster of its own. */
function singles(
  sketches: readonly (Omit<FindingSketch, 'id'> & { symbol: string })[],
  rounds = [earlier(published)],
): Input {
  const found = sketches.map((one, at) => ({ ...one, id: `I${at + 1}` }));
  return {
    change: { earlierRounds: rounds, files: [] },
    reviews: [makeReview('claude', 'anthropic', found)],
    clusters: {
      schemaVersion: 1,
      clusters: found.map(({ id }, at) => ({ id: `k${at + 1}`, members: [`claude/${id}`], links: [] })),
    },
    symbols: new Map(found.map(({ symbol }, at) => [`k${at + 1}`, symbol])),
    places: new Map(),
  };
}

const named = (input: Input) =>
  matchRounds(input).map(({ cluster, relation, id }) => `${cluster} ${relation} ${id}`);

describe('rounds are matched', () => {
  test('when nothing changed', () => {
    expect(named(singles(rewordedFindings.map((one) => sketch(one, 'first'))))).toEqual(
      ids.map((id, at) => `k${at + 1} same ${id}`),
    );
  });

  test('when every finding is reworded and moved 40 lines', () => {
    expect(named(singles(rewordedFindings.map((one) => sketch(one, 'reworded'))))).toEqual(
      ids.map((id, at) => `k${at + 1} same ${id}`),
    );
  });

  test('when every finding is split in two: the likelier half inherits, the other says so', () => {
    const halves = rewordedFindings.flatMap((one) => [sketch(one, 'part'), sketch(one, 'reworded')]);
    const matches = named(singles(halves));
    expect(matches).toHaveLength(12);
    for (const [at, id] of ids.entries())
      expect(
        matches
          .slice(2 * at, 2 * at + 2)
          .map((match) => match.replace(/^k\d+ /, ''))
          .sort(),
      ).toEqual([`same ${id}`, `split ${id}`]);
  });

  test('with the round in which a finding was raised first, over a round that did not raise it', () => {
    const [one] = rewordedFindings;
    if (one === undefined) throw new Error('no finding');
    const later = earlier(
      published.slice(1).map((finding) => ({ ...finding, since: 1 })),
      2,
    );
    expect(matchRounds(singles([sketch(one, 'reworded')], [earlier(published), later]))).toMatchObject([
      { cluster: 'k1', relation: 'same', id: 'aaaa', since: 1, sameSymbol: true },
    ]);
  });

  test('through a file that the change renamed', () => {
    const [one] = rewordedFindings;
    if (one === undefined) throw new Error('no finding');
    const input = singles([{ ...sketch(one, 'part'), path: 'pkg/docker/container.go' }]);
    expect(named(input)).toEqual([]);
    const files = [{ path: 'pkg/docker/container.go', oldPath: one.path }] as Change['files'];
    expect(named({ ...input, change: { ...input.change, files } })).toEqual(['k1 same aaaa']);
  });
});

describe('nothing is matched', () => {
  test('across unlike findings, also on the very same lines', () => {
    for (const [at, id] of ids.entries()) {
      const rest = rewordedFindings.filter((_, index) => index !== at);
      const only = published.filter((finding) => finding.id === id);
      for (const words of ['first', 'reworded', 'part'] as const) {
        const input = singles(
          rest.map((one) => ({
            ...sketch(one, words),
            path: only[0]?.locations[0]?.path ?? '',
            lines: rewordedFindings[at]?.lines ?? [1, 1],
          })),
          [earlier(only)],
        );
        expect([id, words, named(input)]).toEqual([id, words, []]);
      }
    }
  });

  test('between the guard and a reviewer', () => {
    const [one] = rewordedFindings;
    if (one === undefined) throw new Error('no finding');
    const guards = published.map((finding) => ({ ...finding, isGuards: true }));
    expect(named(singles([sketch(one, 'first')], [earlier(guards)]))).toEqual([]);
  });

  test('without earlier rounds, or where they are not known', () => {
    const input = singles(rewordedFindings.map((one) => sketch(one, 'first')));
    for (const earlierRounds of [null, [], [{ round: 1, head: null, declined: [] }]])
      expect(matchRounds({ ...input, change: { earlierRounds, files: [] } })).toEqual([]);
  });
});

test('the order of reviews, findings and clusters does not matter, and each name is inherited once', () => {
  const words = ['first', 'reworded', 'part'] as const;
  const input = singles(rewordedFindings.flatMap((one) => words.map((which) => sketch(one, which))));
  const whole = JSON.stringify(matchRounds(input));
  const shuffled = <T>(list: readonly T[]) =>
    fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length });
  const [review] = input.reviews;
  if (review === undefined) throw new Error('no review');
  fc.assert(
    fc.property(shuffled(review.findings), shuffled(input.clusters.clusters), (findings, clusters) => {
      const again = {
        ...input,
        reviews: [{ ...review, findings }],
        clusters: { ...input.clusters, clusters },
      };
      expect(JSON.stringify(matchRounds(again))).toBe(whole);
    }),
    { numRuns: 100 },
  );
  fc.assert(
    fc.property(fc.subarray(review.findings), (findings) => {
      const matches = matchRounds({ ...input, reviews: [{ ...review, findings }] });
      const inherited = matches.filter(({ relation }) => relation === 'same').map(({ id }) => id);
      expect(new Set(inherited).size).toBe(inherited.length);
      expect(new Set(matches.map(({ cluster }) => cluster)).size).toBe(matches.length);
    }),
    { numRuns: 100 },
  );
});
