import { findingKey, type RawFinding } from '../../src/domain/finding.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import { toFinding, toReviews } from './labelled-change.ts';
import type { Measured, Row } from './row.ts';

const sizes = [60, 300, 1000, 3000];

/** Milliseconds of processor time, by number of findings. */
const limits = new Map([
  [60, 100],
  [3000, 3000],
]);

/** Time without models, on texts put together from those recorded. The target counts the processor's time. */
export function measureSpeed(recorded: readonly RawFinding[]): Measured {
  const times = sizes.map((size) => {
    const reviews = toReviews(blend(recorded, size));
    reconcile({ reviews: reviews.slice(0, 1) });
    const [started, before] = [performance.now(), process.cpuUsage()];
    const { clusters } = reconcile({ reviews });
    const used = process.cpuUsage(before);
    const wall = performance.now() - started;
    return { size, clusters: clusters.length, wall, user: used.user / 1000 };
  });
  return {
    rows: times.flatMap(({ size, wall, user }): Row[] => {
      const limit = limits.get(size);
      if (limit === undefined) return [];
      return [
        {
          name: `${size} findings without models`,
          baseline: '–',
          reached: `${user.toFixed(0)} ms processor, ${wall.toFixed(0)} ms wall`,
          target: `< ${limit} ms`,
          met: user < limit,
        },
      ];
    }),
    details: [
      {
        title: 'Growth of the time',
        lines: times.map(
          ({ size, clusters, wall, user }) =>
            `${String(size).padStart(5)} findings  ${user.toFixed(0).padStart(5)} ms processor  ${wall.toFixed(0).padStart(5)} ms wall  ${clusters} clusters`,
        ),
      },
    ],
  };
}

/** As many findings as wanted, of three reviewers in forty files: each a recorded title with parts of two explanations. */
export function blend(recorded: readonly RawFinding[], size: number): RawFinding[] {
  const textOf = (at: number) => recorded[at % recorded.length]?.claim;
  const findings = Array.from({ length: size }, (_, at) => {
    const [one, other] = [textOf(at), textOf(at * 7 + 3)];
    const half = (text = '') => text.slice(0, text.length / 2);
    const line = (at * 37) % 2000;
    return toFinding({
      id: `S${at + 1}`,
      reviewer: ['claude', 'codex', 'gemini'][at % 3] ?? 'claude',
      severity: 'suggestion',
      title: one?.title ?? '',
      explanation: `${one?.explanation ?? ''}\n${half(other?.explanation)}`,
      locations: [{ path: `src/file${at % 40}.go`, startLine: line + 1, endLine: line + 10, side: 'head' }],
    });
  });
  return findings.sort((a, b) => (findingKey(a) < findingKey(b) ? -1 : 1));
}
