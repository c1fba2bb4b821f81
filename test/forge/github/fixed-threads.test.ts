import { expect, test } from 'vitest';
import { fixedMarker } from '../../../src/domain/hidden-block.ts';
import { target, withBench } from '../../faults/github/posting-bench.ts';
import { findingAt, laterRun, samplePublication } from '../../faults/github/sample-publication.ts';

test('GitHub folds away, resolves and shows the reply; without contents: write the thread stays open, which is said', async () => {
  const mighty = { contents: 'write', pull_requests: 'write', issues: 'write', checks: 'write' } as const;
  const said = await withBench(
    { tokens: { mighty: { kind: 'actions', repository: target.repository, permissions: mighty } } },
    async (bench) => {
      await bench.post({ parts: ['inline'] });
      const post = async (line: number, token: string) => {
        const finding = findingAt(line);
        const fixed = [{ finding, body: `${fixedMarker(finding)}\nFixed.` }];
        const sample = samplePublication({ head: bench.head, run: laterRun, lines: [] });
        const publication = { ...sample, fixed, resolveThreads: true };
        const { parts } = await bench.post({ token, parts: ['inline'], publication });
        return parts.map((part) => [part.outcome, part.fixed ?? [], part.cause?.message ?? null]);
      };
      expect(await post(3, 'mighty')).toEqual([['unchanged', ['f003'], null]]);
      expect(await post(3, 'mighty')).toEqual([['unchanged', [], null]]);
      expect(await post(5, 'workflow')).toEqual([
        ['unchanged', ['f005'], expect.stringMatching(/^comments on what is fixed could not be resolved: /)],
      ]);
      const reviews = await bench.server.control.reviews(target);
      expect(
        reviews.flatMap(({ comments }) =>
          comments.map(({ body, minimized, resolvedBy }) => [body.split('\n')[0], minimized, resolvedBy]),
        ),
      ).toEqual([
        ['<!-- deep-review:finding f003 -->', 'RESOLVED', 'github-actions[bot]'],
        ['<!-- deep-review:fixed f003 -->', null, 'github-actions[bot]'],
        ['<!-- deep-review:finding f005 -->', 'RESOLVED', null],
        ['<!-- deep-review:fixed f005 -->', null, null],
      ]);
      return 'done';
    },
  );
  expect(said).toBe('done');
});
