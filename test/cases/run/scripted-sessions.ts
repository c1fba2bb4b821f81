import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { parseTranscript } from '../../../src/agent/transcript.ts';
import { findPackageDirectory } from '../../../src/config.ts';
import type { ScriptSession } from '../../servers/model/script.ts';

export const scriptedReviewers = ['claude', 'codex', 'gemini'] as const;

/** What a tool answered when the session was recorded. */
const RecordedAnswer = z.strictObject({
  /** From 1. */
  turn: z.int().min(1),
  /** Place among the calls of its turn, from 1. */
  call: z.int().min(1),
  tool: z.string(),
  /** The first 16 hexadecimal digits of the answer's SHA-256. */
  sha256: z.string().regex(/^[0-9a-f]{16}$/),
});
export type RecordedAnswer = z.infer<typeof RecordedAnswer>;

export interface ScriptedCase {
  sessions: ScriptSession[];
  /** By reviewer. */
  answers: Map<string, RecordedAnswer[]>;
}

/** A tool answer that is not what the session was written on. */
export interface AnswerDifference {
  reviewer: string;
  turn: number;
  call: number;
  tool: string;
  change: 'answers otherwise' | 'was not called' | 'is not recorded';
}

const home = () => join(findPackageDirectory(), 'test', 'cases', 'sessions');

/** Names of the cases that have sessions. */
export function listScriptedCases(): string[] {
  return readdirSync(home()).sort();
}

/** The sessions of one case, one for each vendor; null when it has none. */
export function loadSessions(name: string): ScriptedCase | null {
  if (!existsSync(join(home(), name))) return null;
  const sessions: ScriptSession[] = [];
  const answers = new Map<string, RecordedAnswer[]>();
  for (const reviewer of scriptedReviewers) {
    const path = join(home(), name, `${reviewer}.yml`);
    const { answers: recorded, ...session } = parse(readFileSync(path, 'utf8'));
    sessions.push(session as ScriptSession);
    answers.set(reviewer, z.array(RecordedAnswer).parse(recorded ?? []));
  }
  return { sessions, answers };
}

/** What the tools answered in a run, read from its transcript. */
export function liveAnswers(runDir: string, reviewer: string): RecordedAnswer[] {
  const { records } = parseTranscript(
    readFileSync(join(runDir, 'review', `${reviewer}.transcript.jsonl`), 'utf8'),
  );
  const counts = new Map<number, number>();
  return records.flatMap((record) => {
    if (record.type !== 'tool-call') return [];
    const { turn, tool, answer } = record;
    const call = (counts.get(turn) ?? 0) + 1;
    counts.set(turn, call);
    return [{ turn, call, tool, sha256: createHash('sha256').update(answer).digest('hex').slice(0, 16) }];
  });
}

/** Where the live answers are not the recorded ones. */
export function compareAnswers(
  reviewer: string,
  recorded: readonly RecordedAnswer[],
  live: readonly RecordedAnswer[],
): AnswerDifference[] {
  const place = ({ turn, call, tool }: RecordedAnswer) => `${turn}.${call} ${tool}`;
  const byPlace = new Map(live.map((answer) => [place(answer), answer]));
  const differences = recorded.flatMap((answer): AnswerDifference[] => {
    const now = byPlace.get(place(answer));
    byPlace.delete(place(answer));
    const { turn, call, tool } = answer;
    if (now === undefined) return [{ reviewer, turn, call, tool, change: 'was not called' }];
    return now.sha256 === answer.sha256 ? [] : [{ reviewer, turn, call, tool, change: 'answers otherwise' }];
  });
  return [
    ...differences,
    ...[...byPlace.values()].map(
      ({ turn, call, tool }): AnswerDifference => ({
        reviewer,
        turn,
        call,
        tool,
        change: 'is not recorded',
      }),
    ),
  ];
}

/** Writes what the tools answer now into a session's file, in the place of what was recorded. */
export function recordAnswers(name: string, reviewer: string, live: readonly RecordedAnswer[]): void {
  const path = join(home(), name, `${reviewer}.yml`);
  const [session = ''] = readFileSync(path, 'utf8').split(/^answers:\n/m);
  const lines = live.map(
    (answer) =>
      `  - {turn: ${answer.turn}, call: ${answer.call}, tool: ${answer.tool}, sha256: '${answer.sha256}'}\n`,
  );
  writeFileSync(path, `${session}answers:\n${lines.join('')}`);
}

/** What a scripted run has to come to: for each reviewer and the report, in the words of the score. */
const Outcome = z.record(
  z.string(),
  z.strictObject({
    /** Severity given, by the defect's id. */
    found: z.record(z.string(), z.string()),
    missed: z.array(z.string()),
    duplicates: z.array(z.string()),
    tolerated: z.array(z.string()),
    false: z.array(z.string()),
  }),
);
export type Outcome = z.infer<typeof Outcome>;

export function loadOutcome(name: string): Outcome {
  return Outcome.parse(parse(readFileSync(join(home(), name, 'outcome.yml'), 'utf8')));
}

export function recordOutcome(name: string, outcome: Outcome): void {
  writeFileSync(join(home(), name, 'outcome.yml'), stringify(outcome, { lineWidth: 0 }));
}
