import { isDeepStrictEqual } from 'node:util';
import { recordedKey, serverVariables } from '../../demo/recorded-sessions.ts';
import { startModelServer } from '../../servers/model/model-server.ts';
import type { GeneratedCase } from '../generate/create-case.ts';
import { type CaseResult, toCaseResult } from './case-result.ts';
import { reviewCase } from './review-case.ts';
import {
  type AnswerDifference,
  compareAnswers,
  liveAnswers,
  loadOutcome,
  type Outcome,
  recordAnswers,
  recordOutcome,
  type ScriptedCase,
  scriptedReviewers,
} from './scripted-sessions.ts';

export const scriptedNotice =
  'The sessions of Claude, Codex and Gemini in this run are scripts. They show what the machinery makes of known sessions and say nothing about any model.';

export interface ScriptedResult extends CaseResult {
  /** Tool answers that are not those the sessions were written on. */
  differences: AnswerDifference[];
  /** Who came to another outcome than expected. */
  unexpected: string[];
}

export interface RunScriptedInput {
  generated: GeneratedCase;
  scripted: ScriptedCase;
  folder: string;
  /** Write what comes out into the files, instead of comparing with them. */
  record: boolean;
  signal: AbortSignal;
}

/** Plays the sessions of one case through the real loop, tools, gate, reconciliation and scoring. */
export async function runScripted(input: RunScriptedInput): Promise<ScriptedResult> {
  const { generated, scripted, folder, signal } = input;
  const server = await startModelServer({ script: { keys: [recordedKey], sessions: scripted.sessions } });
  const { report, runDir } = await reviewCase({
    generated,
    reviewers: scriptedReviewers,
    variables: serverVariables(server.url),
    folder,
    notices: [scriptedNotice],
    signal,
  }).finally(() => server.close());
  const result = toCaseResult(generated, report);
  const live = new Map(scriptedReviewers.map((reviewer) => [reviewer, liveAnswers(runDir, reviewer)]));
  const outcome = toOutcome(result);
  if (input.record) {
    for (const [reviewer, answers] of live) recordAnswers(generated.name, reviewer, answers);
    recordOutcome(generated.name, outcome);
    return { ...result, differences: [], unexpected: [] };
  }
  const expected = loadOutcome(generated.name);
  const names = [...new Set([...Object.keys(expected), ...Object.keys(outcome)])];
  return {
    ...result,
    differences: [...live].flatMap(([reviewer, answers]) =>
      compareAnswers(reviewer, scripted.answers.get(reviewer) ?? [], answers),
    ),
    unexpected: names.filter((name) => !isDeepStrictEqual(expected[name], outcome[name])),
  };
}

export function toOutcome(result: CaseResult): Outcome {
  return Object.fromEntries(
    result.reviewers.map(({ reviewer, score }) => [
      reviewer,
      {
        found: Object.fromEntries(score.found.map(({ expected, given }) => [expected.id, given])),
        missed: score.missed.map(({ id }) => id),
        duplicates: score.duplicates,
        tolerated: score.tolerated,
        false: score.false,
      },
    ]),
  );
}
