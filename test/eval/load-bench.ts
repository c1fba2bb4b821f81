import * as z from 'zod';
import { type LabelledChange, toFinding } from './labelled-change.ts';
import { DataError, readLines } from './read-lines.ts';

const BenchLine = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('golden') }),
  z.object({
    kind: z.literal('candidate'),
    id: z.string(),
    judge: z.string(),
    pr: z.string(),
    repo: z.string(),
    tool: z.string(),
    text: z.string(),
  }),
]);

const PairLine = z.object({
  judge: z.string(),
  pr: z.string(),
  a: z.string(),
  b: z.string(),
  label: z.enum(['pos', 'neg_strict', 'neg_implied']),
});

/** The texts name no places: all of a pull request's stand at one, so that likeness alone decides. */
const onePlace = { path: 'change', startLine: 1, endLine: 1, side: 'head' as const };

/** One labelled change for each pull request and judge. A tool's name is its reviewer's. */
export function loadBench(files: { candidates: string; pairs: string }): LabelledChange[] {
  const candidates = readLines(files.candidates, BenchLine).filter((line) => line.kind === 'candidate');
  const pairs = groupByChange(readLines(files.pairs, PairLine));
  const groups = groupByChange(candidates);
  return [...groups].flatMap(([key, group]): LabelledChange[] => {
    const first = group[0];
    if (first === undefined) return [];
    const places = new Map(group.map(({ id }, at) => [id, at]));
    const placeOf = (id: string) => {
      const place = places.get(id);
      if (place === undefined)
        throw new DataError(`${files.pairs} names ${id}, which ${files.candidates} lacks`);
      return place;
    };
    return [
      {
        unit: first.pr,
        part: first.repo,
        judge: first.judge,
        findings: group.map(({ tool, text }, at) =>
          toFinding({
            id: `S${at + 1}`,
            reviewer: tool,
            severity: 'suggestion',
            title: text,
            explanation: '',
            locations: [onePlace],
          }),
        ),
        pairs: (pairs.get(key) ?? []).map(({ a, b, label }) => ({
          a: placeOf(a),
          b: placeOf(b),
          same: label === 'pos',
          strict: label !== 'neg_implied',
        })),
      },
    ];
  });
}

function groupByChange<Line extends { judge: string; pr: string }>(
  lines: readonly Line[],
): Map<string, Line[]> {
  const groups = new Map<string, Line[]>();
  for (const line of lines) {
    const key = `${line.judge} ${line.pr}`;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(line);
  }
  return groups;
}
