import { expect, test } from 'vitest';
import { doubtProvenance } from '../../../src/forge/github/artifact-provenance.ts';

test('who a run vouches for: the base’s workflow, or a head that somebody pushed who may write here, and nobody else', () => {
  const own = { id: 1, full_name: 'octo/shop' };
  const fork = { id: 2, full_name: 'mallory/shop' };
  // A fork that took the name over is another repository still.
  const impostor = { id: 3, full_name: 'octo/shop' };
  const heads = [own, fork, impostor, null, undefined];
  const table: [string, boolean[]][] = [
    ['pull_request_target', [true, true, true, true, true]],
    ['issue_comment', [true, true, true, true, true]],
    ['schedule', [true, true, true, true, true]],
    ['workflow_dispatch', [true, true, true, true, true]],
    ['pull_request', [true, false, false, false, false]],
    ['push', [true, false, false, false, false]],
    ...[
      'workflow_run',
      'merge_group',
      'pull_request_review',
      'repository_dispatch',
      'dynamic',
      '',
      'Push',
    ].map((event): [string, boolean[]] => [event, [false, false, false, false, false]]),
  ];
  const told = table.map(([event]) => [
    event,
    heads.map((head) => doubtProvenance({ id: 9, event, repository: own, head_repository: head }) === null),
  ]);
  expect(told).toEqual(table);
});
