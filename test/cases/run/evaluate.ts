import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../../../src/config.ts';
import { createCase } from '../generate/create-case.ts';
import { type CaseResult, toCaseResult } from './case-result.ts';
import type { EvaluationOptions, ModelReviewerId } from './read-options.ts';
import { reviewCase } from './review-case.ts';
import { runScripted, type ScriptedResult } from './run-scripted.ts';
import { loadSessions } from './scripted-sessions.ts';

export interface Evaluation {
  /** Cases without any planted defect among those asked for. */
  clean: number;
  cases: number;
  /** Real runs: these alone are results. */
  live: CaseResult[];
  /** Models that were asked for and have no key. */
  withoutKey: ModelReviewerId[];
  /** Runs with scripted sessions: a test of the machinery, no result. */
  scripted: ScriptedResult[];
}

/** Runs what was asked for, case after case. */
export async function evaluate(options: EvaluationOptions, signal: AbortSignal): Promise<Evaluation> {
  const withoutKey = options.models.filter((id) => !hasKey(id));
  const live = [...(options.checks ? ['checks'] : []), ...options.models.filter((id) => hasKey(id))];
  const folder = options.out ?? mkdtempSync(join(tmpdir(), 'deep-review-cases-'));
  mkdirSync(folder, { recursive: true });
  const evaluation: Evaluation = { clean: 0, cases: 0, live: [], withoutKey, scripted: [] };
  try {
    for (const name of options.cases) {
      signal.throwIfAborted();
      const home = mkdtempSync(join(folder, `${name}-`));
      const generated = createCase(name, join(home, name));
      evaluation.cases += 1;
      if (generated.expected.length === 0) evaluation.clean += 1;
      if (live.length > 0) {
        const { report } = await reviewCase({
          generated,
          reviewers: live,
          variables: {},
          folder: join(home, 'live'),
          notices: [],
          signal,
        });
        evaluation.live.push(toCaseResult(generated, report));
      }
      const scripted = options.scripted ? loadSessions(name) : null;
      if (scripted !== null)
        evaluation.scripted.push(
          await runScripted({
            generated,
            scripted,
            folder: join(home, 'scripted'),
            record: options.record,
            signal,
          }),
        );
      if (options.out === null) rmSync(home, { recursive: true, force: true });
    }
    return evaluation;
  } finally {
    if (options.out === null) rmSync(folder, { recursive: true, force: true });
  }
}

function hasKey(id: ModelReviewerId): boolean {
  const { anthropicApiKey, openaiApiKey, googleApiKey } = readEnvironment();
  return { claude: anthropicApiKey, codex: openaiApiKey, gemini: googleApiKey }[id] !== null;
}
