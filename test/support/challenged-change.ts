import type { ModelScript, ScriptSession, ScriptToolCall, ScriptTurn } from '../servers/model/script.ts';
import { createGitFixture, type GitFixture } from './git-fixture.ts';
import { type DefaultReviewer, defaultModels, finishReview } from './reviewed-change.ts';

const old = `package probe

func Wait(done chan bool) {
	<-done
}
`;
const before = 'package probe\n\nfunc Name() string { return "probe" }\n';
const after = `${before}
func Drop(store Store, id string) {
	store.Delete(id)
}

func DropOld(store Store, id string) {
	if !store.IsOld(id) {
		return
	}
	Drop(store, id)
}

func Wipe(store Store) {
	for _, id := range store.All() {
		store.Delete(id)
	}
}

func Sync(store Store) {
	go store.Flush()
}

func IsRunning(client Client, id string) (bool, error) {
	running, err := client.Inspect(id)
	if err != nil {
		return false, nil
	}
	return running, nil
}
`;

export interface ChallengedChange {
  repository: GitFixture;
  /** `base..head`. */
  range: string;
}

/** A change in which some claims of `challengedScript` are true and some are not. */
export function createChallengedChange(): ChallengedChange {
  const repository = createGitFixture();
  const base = repository.commit({ 'old.go': old, 'probe.go': before }, 'Begin');
  const head = repository.commit({ 'probe.go': after }, 'Drop what is old');
  return { repository, range: `${base}..${head}` };
}

/** Words that stand in what reviewers say of a claim and are no part of the claim itself. */
export const planted = {
  rank: '[CRITICAL]',
  rationale: 'PLANTED-RATIONALE',
  confidence: '0.8731',
  fix: 'PLANTED-FIX',
};

interface ClaimSketch {
  title: string;
  severity: string;
  path?: string;
  lines: [number, number];
  quote: string;
}

function report({ title, severity, path = 'probe.go', lines, quote }: ClaimSketch): ScriptToolCall {
  return {
    name: 'report_finding',
    arguments: {
      severity,
      kind: 'gap',
      category: 'correctness',
      title,
      locations: [{ path, startLine: lines[0], endLine: lines[1], side: 'head' }],
      quote,
      explanation: planted.rationale,
      scenario: `${title.replace(`${planted.rank} `, '')}.`,
      fix: { text: planted.fix, diff: '' },
      confidence: Number(planted.confidence),
    },
  };
}

/** By the reviewer that makes them. */
export const claims = {
  guarded: report({
    title: `${planted.rank} Drop deletes what is not old`,
    severity: 'critical',
    lines: [5, 7],
    quote: 'func Drop(store Store, id string) {\n\tstore.Delete(id)\n}',
  }),
  wipes: report({
    title: 'Wipe deletes everything',
    severity: 'critical',
    lines: [17, 19],
    quote: '\tfor _, id := range store.All() {\n\t\tstore.Delete(id)\n\t}',
  }),
  races: report({
    title: 'Sync loses the flush when the program ends before the goroutine ran',
    severity: 'critical',
    lines: [22, 24],
    quote: 'func Sync(store Store) {\n\tgo store.Flush()\n}',
  }),
  waits: report({
    title: 'Wait has no bound',
    severity: 'important',
    path: 'old.go',
    lines: [3, 5],
    quote: 'func Wait(done chan bool) {\n\t<-done\n}',
  }),
  hides: report({
    title: 'An error of Inspect becomes "not running"',
    severity: 'important',
    lines: [28, 30],
    quote: '\tif err != nil {\n\t\treturn false, nil\n\t}',
  }),
  invented: report({
    title: 'Name panics',
    severity: 'critical',
    lines: [3, 3],
    quote: 'panic("there is no such line anywhere in here")',
  }),
};

export interface VerdictSketch {
  verdict: 'confirm' | 'refute' | 'cannot-tell';
  severity?: string;
  /** Lines of `probe.go` at the head. */
  quotes?: readonly { lines: [number, number]; quote: string }[];
  /** Default: q1, q2, … in order. */
  id?: string;
}

/** A turn that hands in verdicts on the claims asked about, in order. */
export function submit(sketches: readonly VerdictSketch[]): ScriptTurn {
  const verdicts = sketches.map(({ verdict, severity, quotes = [], id }, at) => ({
    id: id ?? `q${at + 1}`,
    verdict,
    argument: `I ${verdict} it.`,
    quotes: quotes.map(({ lines: [startLine, endLine], quote }) => ({
      path: 'probe.go',
      startLine,
      endLine,
      side: 'head',
      quote,
    })),
    ...(severity === undefined ? {} : { severity }),
  }));
  return { toolCalls: [{ name: 'submit_verdicts', arguments: { verdicts } }] };
}

export const counterQuote = {
  lines: [10, 12] as [number, number],
  quote: '\tif !store.IsOld(id) {\n\t\treturn\n\t}',
};
export const wipePath = {
  lines: [16, 20] as [number, number],
  quote: 'func Wipe(store Store) {\n\tfor _, id := range store.All() {\n\t\tstore.Delete(id)\n\t}\n}',
};
export const hidePath = {
  lines: [27, 30] as [number, number],
  quote: '\trunning, err := client.Inspect(id)\n\tif err != nil {\n\t\treturn false, nil\n\t}',
};

/**
 * Claude claims `races`, `waits` and `hides`; Codex `guarded` and `wipes`; Gemini `invented`. Claude is asked about
 * guarded, wipes; Codex about races, waits, hides; Gemini about guarded, wipes, races, waits, hides.
 */
export function challengedScript(
  examiners: Partial<Record<DefaultReviewer, readonly ScriptTurn[]>>,
): ModelScript {
  const found: Record<DefaultReviewer, ScriptToolCall[]> = {
    claude: [claims.races, claims.waits, claims.hides],
    codex: [claims.guarded, claims.wipes],
    gemini: [claims.invented],
  };
  const names = ['claude', 'codex', 'gemini'] as const;
  const finish: ScriptTurn = {
    toolCalls: (finishReview.toolCalls ?? []).map((call) => ({
      ...call,
      arguments: { summary: 'Read.', coverage: [{ path: 'probe.go', status: 'reviewed', note: '' }] },
    })),
  };
  return {
    keys: ['recorded'],
    sessions: names.flatMap((name): ScriptSession[] => [
      {
        name,
        match: { model: defaultModels[name] },
        turns: [{ toolCalls: found[name] }, finish, finish],
      },
      ...(examiners[name] === undefined
        ? []
        : [
            {
              name: `${name}-examines`,
              match: { model: defaultModels[name], tool: 'submit_verdicts' },
              turns: examiners[name],
            },
          ]),
    ]),
  };
}
