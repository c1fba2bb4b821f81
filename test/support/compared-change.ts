import type { ModelScript, ScriptSession, ScriptToolCall, ScriptTurn } from '../servers/model/script.ts';
import { type DefaultReviewer, defaultModels } from './reviewed-change.ts';

/** Claims about the change of `createChallengedChange`, by the reviewer that makes them. */
export const compared = {
  /** One defect with `hides`, in other words: alike enough to be asked about, not enough to be put together unasked. */
  swallows: finding({
    title: 'A daemon that cannot be reached looks like a stopped container',
    lines: [28, 30],
    quote: '\tif err != nil {\n\t\treturn false, nil\n\t}',
    explanation:
      'Every error of Inspect is answered with false, nil: a timeout, a refused connection and a container that is gone become one. Nobody who calls it can tell them apart, and the log has nothing.',
    scenario: 'The daemon restarts during a deployment, and all workspaces count as stopped.',
  }),
  hides: finding({
    title: 'IsRunning hides why Inspect failed',
    lines: [27, 30],
    quote: '\trunning, err := client.Inspect(id)\n\tif err != nil {\n\t\treturn false, nil\n\t}',
    explanation:
      'The error is thrown away. A caller that restarts dead containers acts upon false although nothing is known; the error should reach the caller, who has to tell a timeout from a container that is gone.',
    scenario: 'Under load the daemon is late, and healthy workspaces count as stopped.',
  }),
  /** Has nothing in common with the others. */
  waits: finding({
    title: 'Wait has no bound',
    path: 'old.go',
    lines: [3, 5],
    quote: 'func Wait(done chan bool) {\n\t<-done\n}',
    explanation: 'Whoever forgets to close this channel blocks here for good.',
    scenario: 'A goroutine leaks for each abandoned job.',
  }),
};

/** What one call of `submit_duplicates` says of the session's pairs. */
export function sayOfPairs(lists: { same?: readonly string[]; different?: readonly string[] }): ScriptTurn {
  const { same = [], different = [] } = lists;
  return { toolCalls: [{ name: 'submit_duplicates', arguments: { same, different } }] };
}

export interface ComparedScript {
  /** What each reviewer hands in; default: Claude `swallows` and `waits`, Codex `hides`, Gemini nothing. */
  found?: Partial<Record<DefaultReviewer, readonly ScriptToolCall[]>>;
  /** What each says when it is asked about pairs; one that is left out calls them all different. */
  compares?: Partial<Record<DefaultReviewer, readonly ScriptTurn[]>>;
}

/** Three reviewers of the change of `createChallengedChange`; as examiners none of them can tell. */
export function comparedScript({ found = {}, compares = {} }: ComparedScript): ModelScript {
  const claims = {
    claude: [compared.swallows, compared.waits],
    codex: [compared.hides],
    gemini: [],
    ...found,
  };
  const names = ['claude', 'codex', 'gemini'] as const;
  return {
    keys: ['recorded'],
    sessions: names.flatMap((name): ScriptSession[] => {
      const model = defaultModels[name];
      const turns = compares[name];
      return [
        {
          name,
          match: { model },
          turns: [...(claims[name].length === 0 ? [] : [{ toolCalls: claims[name] }]), finish, finish],
        },
        {
          name: `${name}-examines`,
          match: { model, tool: 'submit_verdicts' },
          turns: [cannotTell],
          afterEnd: 'repeat-last',
        },
        ...(turns === undefined
          ? []
          : [
              {
                name: `${name}-compares`,
                match: { model, tool: 'submit_duplicates' },
                turns,
              },
            ]),
      ];
    }),
  };
}

const finish: ScriptTurn = {
  toolCalls: [
    {
      name: 'finish_review',
      arguments: { summary: 'Read.', coverage: [{ path: 'probe.go', status: 'reviewed', note: '' }] },
    },
  ],
};

const cannotTell: ScriptTurn = {
  toolCalls: [
    {
      name: 'submit_verdicts',
      arguments: {
        verdicts: ['q1', 'q2', 'q3'].map((id) => ({ id, verdict: 'cannot-tell', argument: 'Not shown.' })),
      },
    },
  ],
};

interface ClaimSketch {
  title: string;
  path?: string;
  lines: [number, number];
  quote: string;
  explanation: string;
  scenario: string;
}

function finding({ title, path = 'probe.go', lines, quote, explanation, scenario }: ClaimSketch) {
  return {
    name: 'report_finding',
    arguments: {
      severity: 'important',
      kind: 'gap',
      category: 'error-handling',
      title,
      locations: [{ path, startLine: lines[0], endLine: lines[1], side: 'head' }],
      quote,
      explanation,
      scenario,
      fix: { text: '', diff: '' },
      confidence: 0.8731,
    },
  } satisfies ScriptToolCall;
}
