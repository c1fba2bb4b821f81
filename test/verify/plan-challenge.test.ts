import { describe, expect, test } from 'vitest';
import type { ModelReviewer } from '../../src/domain/reviewer.ts';
import { type ChallengedCluster, planChallenge } from '../../src/verify/plan-challenge.ts';
import { type FindingSketch, makeFinding } from '../support/finding-fixture.ts';

const vendors = { claude: 'anthropic', codex: 'openai', gemini: 'google' } as const;
const examiners = Object.entries(vendors).map(
  ([id, provider]): ModelReviewer => ({ type: 'model', id, provider, model: `${id}-model`, effort: null }),
);

/** Findings of one defect, each `reviewer: what it says`. */
function cluster(id: string, members: Record<string, FindingSketch>): ChallengedCluster {
  const findings = Object.entries(members).map(([reviewer, sketch]) => makeFinding(reviewer, sketch));
  const known: Record<string, string> = vendors;
  return {
    cluster: { id, members: findings.map(({ reviewer, id: number }) => `${reviewer}/${number}`), links: [] },
    members: findings,
    raisedBy: new Set(findings.flatMap(({ reviewer }) => known[reviewer] ?? [])),
  };
}

function plan(clusters: readonly ChallengedCluster[], kept: readonly string[] = [], asked = examiners) {
  const { batches, unasked } = planChallenge({
    clusters,
    examiners: asked,
    isKept: ({ id }, one) => kept.includes(`${id} ${one}`),
  });
  const sessions = batches.map(({ examiner, batch, questions }) => [
    `${examiner.id}-${batch}`,
    questions.map((question) => question.cluster).join(' '),
  ]);
  return { sessions: Object.fromEntries(sessions), unasked: Object.fromEntries(unasked) };
}

const important: FindingSketch = { id: 'I1' };
const critical: FindingSketch = { id: 'C1' };

describe('who is asked about what', () => {
  test.each([
    ['a singleton goes to both other vendors', { claude: important }, ['codex', 'gemini']],
    ['two vendors whose quotes stand are believed', { claude: important, codex: important }, []],
    ['a critical of two vendors goes to the third', { claude: critical, codex: important }, ['gemini']],
    [
      'a critical of all goes to all, who are not told',
      { claude: critical, codex: critical, gemini: critical },
      ['claude', 'codex', 'gemini'],
    ],
    ['ratings two steps apart', { claude: { id: 'S1' }, codex: critical }, ['gemini']],
    ['a critical of a program goes to all', { checks: critical }, ['claude', 'codex', 'gemini']],
    ['what else a program claims goes to one', { checks: important }, ['claude']],
    ['a suggestion goes to one', { claude: { id: 'S1' } }, ['codex']],
    [
      'a program beside one model is no second vendor',
      { claude: important, checks: important },
      ['codex', 'gemini'],
    ],
    ['the guard is never challenged', { guard: critical }, []],
  ] as const)('%s', (_name, members, asked) => {
    const { sessions } = plan([cluster('k1', members)]);
    expect(sessions).toEqual(Object.fromEntries(asked.map((id) => [`${id}-1`, 'k1'])));
  });

  test('weak evidence and opposite claims are asked about though two vendors raised them', () => {
    const weak = cluster('k1', { claude: important, codex: important });
    const claimed = { path: 'src/server.go', startLine: 1, endLine: 2, side: 'head' as const };
    for (const member of weak.members)
      member.gate = {
        outcome: 're-anchored',
        location: { ...claimed, startLine: 10, endLine: 12 },
        claimed,
        message: '',
      };
    const opposite = cluster('k2', { claude: important, codex: important });
    for (const member of opposite.members) member.claim.absent = member.reviewer === 'claude';
    expect(plan([weak, opposite]).sessions).toEqual({ 'gemini-1': 'k1 k2' });
  });

  test('eight claims a session, severest first; those of programs and suggestions in sessions of their own', () => {
    const clusters = [
      ...Array.from({ length: 9 }, (_, at) => cluster(`k${at + 1}`, { claude: important })),
      cluster('k10', { claude: critical }),
      cluster('k11', { claude: { id: 'S1' } }),
      cluster('k12', { checks: important }),
    ];
    expect(plan(clusters).sessions).toEqual({
      'claude-1': 'k12',
      'codex-1': 'k10 k1 k2 k3 k4 k5 k6 k7',
      'codex-2': 'k8 k9',
      'codex-3': 'k11',
      'gemini-1': 'k10 k1 k2 k3 k4 k5 k6 k7',
      'gemini-2': 'k8 k9',
    });
  });

  test('code that a rule keeps from a vendor is not put to it', () => {
    const one = [cluster('k1', { claude: important })];
    expect(plan(one, ['codex k1']).sessions).toEqual({ 'gemini-1': 'k1' });
    expect(plan(one, ['codex k1', 'gemini k1'])).toEqual({
      sessions: {},
      unasked: { k1: 'its quote stands; an egress rule keeps its code from all who could have examined it' },
    });
  });

  test('a vendor never examines what it raised alone', () => {
    const [claude] = examiners;
    if (claude === undefined) throw new Error('no examiner');
    expect(plan([cluster('k1', { claude: critical })], [], [claude, { ...claude, id: 'second' }])).toEqual({
      sessions: {},
      unasked: { k1: 'its quote stands; there was no model of another vendor to examine it' },
    });
  });

  test.each([
    '[CRITICAL] Drop loses data',
    'Critical: Drop loses data',
    'C1: Drop loses data',
    '(high severity) Drop loses data',
  ])('a rank before the title is left out: %s', (title) => {
    const { batches } = planChallenge({
      clusters: [cluster('k1', { claude: { ...important, title } })],
      examiners,
      isKept: () => false,
    });
    expect(batches[0]?.questions).toEqual([
      {
        id: 'q1',
        cluster: 'k1',
        statement: 'Drop loses data',
        locations: [{ path: 'src/server.go', startLine: 10, endLine: 12, side: 'head' }],
        quote: 'if err != nil {',
        absent: false,
        scenario: '',
      },
    ]);
  });

  test('a flood of claims is bounded, and what is over says so', () => {
    const many = Array.from({ length: 200 }, (_, at) => cluster(`k${at + 1}`, { checks: important }));
    const { sessions, unasked } = plan(many);
    const asked = Object.values(sessions).flatMap((ids) => String(ids).split(' '));
    expect(asked).toHaveLength(96);
    expect(new Set([...asked, ...Object.keys(unasked)]).size).toBe(200);
    expect(unasked.k200).toBe('its quote stands; there were more findings than one run puts to examiners');
  });
});

describe('who is asked in a run that is looked at again', () => {
  const planAgain = (one: ChallengedCluster, answered: readonly string[], again = false) =>
    planChallenge({
      clusters: [one],
      examiners,
      isKept: () => false,
      earlier: { isAnswered: ({ id }) => answered.includes(id), isAskedAgain: () => again },
    }).batches.map(({ examiner }) => examiner.id);

  test.each([
    [
      'an answer counts for what two vendors raise by now',
      { claude: important, codex: important },
      ['gemini'],
    ],
    ['no answer of who raises it by now counts', { claude: important, codex: important }, ['codex'], []],
    ['a suggestion stays with who answered it', { claude: { id: 'S1' } }, ['gemini']],
    ['a suggestion that two answered keeps both', { claude: { id: 'S1' } }, ['codex', 'gemini']],
    ['what nobody answered is asked as ever', { claude: important }, ['codex'], ['codex', 'gemini']],
  ] as const)('%s', (_name, members, answered, asked: readonly string[] = answered) => {
    expect(planAgain(cluster('k1', members), answered)).toEqual(asked);
  });

  test.each([
    ['two vendors', { claude: important, codex: important }, ['gemini']],
    [
      'all vendors',
      { claude: important, codex: important, gemini: important },
      ['claude', 'codex', 'gemini'],
    ],
    ['a suggestion', { claude: { id: 'S1' } }, ['codex', 'gemini']],
    ['a program', { checks: important }, ['claude', 'codex', 'gemini']],
    ['the guard', { guard: critical }, []],
  ] as const)(
    'a second look at what is raised by %s goes to all who may examine it',
    (_name, members, asked) => {
      expect(planAgain(cluster('k1', members), [], true)).toEqual(asked);
    },
  );
});
