import { describe, expect, test } from 'vitest';
import type { Severity } from '../../../src/domain/vocabulary.ts';
import type { ExpectedFinding } from '../generate/create-case.ts';
import { addScores } from './add-scores.ts';
import type { JudgedFinding } from './judged-finding.ts';
import { compare, longestPlace, nearLines, shareOfIdeas } from './likeness.ts';
import { type Score, scoreFindings } from './score-findings.ts';

const retry = defect('retry', 'src/a.go', [20, 24], 'critical', ['retr|attempt', 'limit|ever']);
const secret = defect('secret', 'src/a.go', [60, 60], 'important', ['secret|token', 'log']);
const elsewhere = defect('elsewhere', 'src/b.go', [5, 6], 'suggestion', ['name|case', 'index']);
const older = {
  ...defect('older', 'src/c.go', [7, 7], 'important', ['timeout', 'ever']),
  origin: 'pre-existing' as const,
};
const all = [retry, secret, elsewhere];

describe('a reviewer', () => {
  test('who says what was planted has found all of it, and nothing false', () => {
    expect(score(all.map((one) => findingOf(one)))).toEqual({
      found: ['retry', 'secret', 'elsewhere'],
      missed: [],
      duplicates: [],
      tolerated: [],
      false: [],
    });
  });

  test('who says nothing has missed all of it', () => {
    expect(score([])).toEqual({
      found: [],
      missed: ['retry', 'secret', 'elsewhere'],
      duplicates: [],
      tolerated: [],
      false: [],
    });
  });

  test('who reports every line in general words has found nothing, and every finding is false', () => {
    const shots = Array.from({ length: 100 }, (_, index) =>
      finding(
        `x/S${index + 1}`,
        'src/a.go',
        [index + 1, index + 1],
        'This line may be wrong and could break',
      ),
    );
    expect(score(shots)).toEqual({
      found: [],
      missed: ['retry', 'secret', 'elsewhere'],
      duplicates: [],
      tolerated: [],
      false: shots.map(({ key }) => key),
    });
  });

  test('who reports every line in the right words pays for it with false findings', () => {
    const shots = Array.from({ length: 100 }, (_, index) =>
      finding(`x/S${index + 1}`, 'src/a.go', [index + 1, index + 1], retry.what),
    );
    const { found, missed, duplicates, false: wrong } = score(shots);
    expect({ found, missed, duplicates: duplicates.length, wrong: wrong.length }).toEqual({
      found: ['retry'],
      missed: ['secret', 'elsewhere'],
      duplicates: 5 + 2 * nearLines - 1,
      wrong: 100 - 5 - 2 * nearLines,
    });
  });

  test('who names a whole file names no place', () => {
    expect(score([finding('x/C1', 'src/a.go', [1, longestPlace + 1], retry.what)])).toMatchObject({
      found: [],
      false: ['x/C1'],
    });
  });
});

describe('the same defect', () => {
  test('reported twice counts once, and the second is no false finding', () => {
    const near = finding('x/C2', 'src/a.go', [26, 27], `${retry.what} Attempts have no limit.`);
    expect(score([near, findingOf(retry)])).toMatchObject({
      found: ['retry'],
      duplicates: ['x/C2'],
      false: [],
    });
  });

  test('reported at another place that fits counts', () => {
    const caller = { ...retry, alternatives: [place('src/main.go', [3, 3])] };
    const report = finding('x/C1', 'src/main.go', [3, 4], retry.what);
    expect(scoreFindings({ findings: [report], expected: [caller], tolerated: [] }).found).toHaveLength(1);
    expect(scoreFindings({ findings: [report], expected: [retry], tolerated: [] }).found).toHaveLength(0);
  });

  test('counts at lines of the base only where the planted place is there', () => {
    const removed = { ...retry, place: { ...retry.place, side: 'base' as const } };
    expect(compare(findingOf(retry), removed)).toBe(null);
  });

  test('needs most of its ideas on shared lines, and nearly all of them near by', () => {
    const three = { ...retry, terms: [...retry.terms, 'pause'] };
    const two = 'Attempts have no limit.';
    expect(compare(finding('x/S1', 'src/a.go', [24, 30], two), three)).toEqual({
      place: 'overlap',
      gap: 0,
      share: 2 / 3,
    });
    expect(compare(finding('x/S1', 'src/a.go', [26, 30], two), three)).toBe(null);
    expect(compare(finding('x/S1', 'src/a.go', [24, 30], 'Attempts are wrong.'), three)).toBe(null);
    expect(compare(finding('x/S1', 'src/a.go', [34, 40], retry.what), retry)).toEqual({
      place: 'near',
      gap: 10,
      share: 1,
    });
    expect(compare(finding('x/S1', 'src/a.go', [35, 40], retry.what), retry)).toBe(null);
  });

  test('goes to the finding that fits best when two claim it', () => {
    const far = finding('x/S1', 'src/a.go', [27, 27], retry.what);
    const exact = finding('x/S2', 'src/a.go', [22, 22], retry.what);
    const { found } = scoreFindings({ findings: [far, exact], expected: [retry], tolerated: [] });
    expect(found.map(({ key }) => key)).toEqual(['x/S2']);
  });
});

test('two defects on the same lines need two findings, each with its own words', () => {
  const twin = { ...secret, id: 'twin', place: retry.place };
  const both = [findingOf(retry, 'x/1'), finding('x/2', 'src/a.go', [21, 21], secret.what)];
  const found = scoreFindings({ findings: both, expected: [retry, twin], tolerated: [] }).found;
  expect(found.map(({ key, expected }) => [key, expected.id])).toEqual([
    ['x/1', 'retry'],
    ['x/2', 'twin'],
  ]);
  expect(
    scoreFindings({ findings: both.slice(0, 1), expected: [retry, twin], tolerated: [] }).found,
  ).toHaveLength(1);
});

test('severity is off by the steps between the two, too severe above nothing', () => {
  const given: Severity[] = ['critical', 'important', 'suggestion'];
  const off = all.map((expected) =>
    given.map((severity) => {
      const findings = [{ ...findingOf(expected), severity }];
      return scoreFindings({ findings, expected: [expected], tolerated: [] }).found[0]?.severityOff;
    }),
  );
  expect(off).toEqual([
    [0, -1, -2],
    [1, 0, -1],
    [2, 1, 0],
  ]);
});

test('what stood there before may be named and need not be', () => {
  const named = finding('x/I1', 'src/c.go', [7, 7], older.what);
  const scored = scoreFindings({ findings: [named], expected: [], tolerated: [older] });
  expect(scored).toEqual({ found: [], missed: [], duplicates: [], tolerated: ['x/I1'], false: [] });
});

test('an observation can find a defect, is never false, and has no severity; its origin is looked at', () => {
  const remark = { ...findingOf(older), severity: 'suggestion' as const, isObservation: true };
  const wrong = finding('x/o', 'src/z.go', [1, 1], 'Something else altogether');
  const expected = [
    older,
    { ...older, id: 'new', place: place('src/d.go', [9, 9]), origin: 'introduced' as const },
  ];
  const second = { ...finding('x/p', 'src/d.go', [9, 9], older.what), isObservation: true };
  const findings = [remark, second, { ...wrong, isObservation: true }].map((one) => ({
    ...one,
    origin: 'pre-existing' as const,
  }));
  const { found, false: falseOnes } = scoreFindings({ findings, expected, tolerated: [] });
  expect(falseOnes).toEqual([]);
  expect(found.map(({ severityOff, originRight }) => [severityOff, originRight])).toEqual([
    [0, true],
    [0, false],
  ]);
});

test('totals are sums, with a confusion of severities', () => {
  const first = scoreFindings({
    findings: [{ ...findingOf(retry), severity: 'suggestion' }, findingOf(secret)],
    expected: all,
    tolerated: [],
  });
  const second = scoreFindings({
    findings: [finding('x/1', 'q.go', [1, 1], 'no')],
    expected: [],
    tolerated: [],
  });
  expect(addScores([first, second])).toEqual({
    planted: 3,
    found: 2,
    missed: 1,
    duplicates: 0,
    tolerated: 0,
    false: 1,
    severityOff: 1,
    originOff: 0,
    confusion: {
      critical: { critical: 0, important: 0, suggestion: 1 },
      important: { critical: 0, important: 1, suggestion: 0 },
      suggestion: { critical: 0, important: 0, suggestion: 0 },
    },
  });
});

test('ideas are beginnings of words, in identifiers too, and common words name none', () => {
  expect(shareOfIdeas('`retryForever` has no limit', ['retr|attempt', 'ever|limit', 'token'])).toBeCloseTo(
    2 / 3,
  );
  expect(shareOfIdeas('', ['retr'])).toBe(0);
  expect(['every try', 'for ever'].map((text) => shareOfIdeas(text, ['ever$']))).toEqual([0, 1]);
});

function score(findings: readonly JudgedFinding[]) {
  return idsOf(scoreFindings({ findings, expected: all, tolerated: [] }));
}

function idsOf({ found, missed, ...rest }: Score) {
  return { found: found.map(({ expected }) => expected.id), missed: missed.map(({ id }) => id), ...rest };
}

function findingOf(expected: ExpectedFinding, key = `x/${expected.id}`): JudgedFinding {
  const { path, startLine, endLine } = expected.place;
  return { ...finding(key, path, [startLine, endLine], expected.what), severity: expected.severity };
}

function finding(
  key: string,
  path: string,
  [startLine, endLine]: [number, number],
  title: string,
): JudgedFinding {
  return {
    key,
    severity: 'important',
    title,
    text: '',
    locations: [{ path, startLine, endLine, side: 'head' }],
    origin: null,
    isObservation: false,
  };
}

function place(path: string, [startLine, endLine]: [number, number]): ExpectedFinding['place'] {
  return { path, startLine, endLine, side: 'head', lines: [] };
}

function defect(
  id: string,
  path: string,
  lines: [number, number],
  severity: Severity,
  terms: string[],
): ExpectedFinding {
  return {
    id,
    class: 'unbounded-retry',
    place: place(path, lines),
    alternatives: [],
    severity,
    kind: 'gap',
    origin: 'introduced',
    outsideDiff: false,
    what: `It is wrong about ${terms.map((term) => term.split('|')[0]).join(' and ')} here.`,
    terms,
  };
}
