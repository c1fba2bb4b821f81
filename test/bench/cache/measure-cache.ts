import type { Vendor } from '../../servers/model/script.ts';
import { type Benchmark, count, formatTable } from '../benchmark.ts';
import { generateRepository } from '../generate-repository.ts';
import { openChange } from '../open-change.ts';
import { type BodyParts, explainBody } from './explain-body.ts';
import { type PlayedSession, playSession, type SessionCase } from './play-session.ts';
import { sessionFiles, sessionTurns, turns } from './session-script.ts';

/** Share of input tokens served from the cache. */
const target = 0.9;

const vendors = [
  { provider: 'anthropic', vendor: 'anthropic', modelId: 'claude-opus-5-5', effort: 'xhigh' },
  { provider: 'openai', vendor: 'openai', modelId: 'gpt-6.1-sol', effort: 'xhigh' },
  { provider: 'google', vendor: 'google', modelId: 'gemini-4-argon', effort: 'high' },
  { provider: 'openai-compatible', vendor: 'openai-chat', modelId: 'local-model', effort: null },
] as const;
const cases: readonly SessionCase[] = [
  ...vendors.map((one) => ({ ...one, contextTokens: null })),
  ...vendors.map((one) => ({ ...one, contextTokens: 165_000 })),
];

/**
 * A session of forty turns over a diff of 200 KB, by each vendor's adapter and SDK, against servers that keep what
 * the vendors keep: what is served from the cache by the server's own count, and what the bytes are spent on.
 */
export const measureCache: Benchmark = async (print) => {
  const files = sessionFiles();
  const git = await generateRepository([
    { message: 'Start', files: files.base },
    { message: 'Change', files: files.head },
  ]);
  const [base = '', head = ''] = git.commits;
  const opened = await openChange(git, { base, head });
  try {
    print(`a session of ${turns} turns over a diff of ${count(opened.patch.length / 1000)} KB`);
    const played: PlayedSession[] = [];
    for (const one of cases)
      played.push(await playSession({ ...opened, session: one, turns: sessionTurns(files) }));
    for (const line of formatTable(summaryRows(played))) print(line);
    for (const session of played.filter(({ contextTokens }) => contextTokens === null)) {
      print('');
      print(`bytes of a request, ${session.provider}`);
      for (const line of formatTable(bodyRows(session.vendor, session))) print(line);
    }
    print(`target: at least ${target * 100} % of the input tokens from the cache`);
    return played.flatMap((session) => problemsOf(session));
  } finally {
    await opened.repository.close();
    git.remove();
  }
};

function summaryRows(played: readonly PlayedSession[]): string[][] {
  const usd = (cost: number | null) => (cost === null ? 'unknown' : `${cost.toFixed(2)} USD`);
  return [
    [
      '',
      'requests',
      'input tokens',
      'from cache',
      'share',
      'written',
      'MB sent',
      'cost',
      'without cache',
      'ratio',
    ],
    ...played.map((session) => [
      nameOf(session),
      count(session.bodies.length),
      count(session.input),
      count(session.cacheRead),
      `${(100 * shareOf(session)).toFixed(1)} %`,
      count(session.cacheWrite),
      (session.bodies.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6).toFixed(1),
      usd(session.costUsd),
      usd(session.uncachedCostUsd),
      session.costUsd === null || session.uncachedCostUsd === null
        ? ''
        : (session.costUsd / session.uncachedCostUsd).toFixed(2),
    ]),
  ];
}

function nameOf({ provider, contextTokens }: PlayedSession): string {
  return contextTokens === null ? provider : `${provider}, shortened once`;
}

function shareOf({ cacheRead, input }: PlayedSession): number {
  return cacheRead / input;
}

function problemsOf(session: PlayedSession): string[] {
  const share = shareOf(session);
  return [
    ...(session.status === 'completed' ? [] : [`${nameOf(session)}: the session ended as ${session.status}`]),
    ...(share >= target
      ? []
      : [`${nameOf(session)}: ${(100 * share).toFixed(1)} % from the cache, not ${target * 100} %`]),
  ];
}

/** Each part in some requests, and how much it grows with each. */
function bodyRows(vendor: Vendor, { bodies }: PlayedSession): string[][] {
  const explained = bodies.map(({ body, bytes }) => explainBody(vendor, body, bytes));
  const shown = [0, 9, 19, 29, bodies.length - 1].filter((at) => at < bodies.length);
  const size = (parts: BodyParts | undefined, name: keyof BodyParts) => parts?.[name] ?? 0;
  const names = Object.keys(explained[0] ?? {}) as (keyof BodyParts)[];
  const growth = (name: keyof BodyParts) =>
    (size(explained.at(-1), name) - size(explained[0], name)) / Math.max(1, bodies.length - 1);
  const total = (at: number) => bodies[at]?.bytes ?? 0;
  return [
    ['', ...shown.map((at) => `turn ${at + 1}`), 'more each turn'],
    ...names.map((name) => [
      name,
      ...shown.map((at) => count(size(explained[at], name))),
      count(growth(name)),
    ]),
    [
      'all',
      ...shown.map((at) => count(total(at))),
      count((total(bodies.length - 1) - total(0)) / Math.max(1, bodies.length - 1)),
    ],
  ];
}
