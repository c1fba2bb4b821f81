import { readdir } from 'node:fs/promises';
import { parseTranscript, type TranscriptRecord } from '../agent/transcript.ts';
import type { ModelReviewer, Reviewer } from '../domain/reviewer.ts';
import type { LanguageModel } from '../provider/language-model.ts';
import {
  createReplayModel,
  type RecordedStep,
  type RecordedToolAnswer,
  type ReplayDifference,
} from '../provider/replay/replay-model.ts';
import { readPlainFile } from '../run/read-artifact.ts';
import type { RunDirectory } from '../run/run-directory.ts';

/** Folders of a run with transcripts of sessions that are no reviews. */
const folders = ['reconcile', 'verify'] as const;

/** By folder and name, such as `verify/codex-1`. */
export interface RecordedSessions {
  sessions: Map<string, LanguageModel>;
  /** What each of them was told first. */
  questions: Map<string, string>;
}

/**
 * All recorded sessions of a run but the reviews. A folder that is not there has
 * none; one whose model is none of the run's is left out.
 */
export async function openRecordedSessions(
  recorded: RunDirectory,
  reviewers: readonly Reviewer[],
  open: (reviewer: ModelReviewer, path: string) => Promise<LanguageModel | null>,
): Promise<RecordedSessions> {
  const sessions = new Map<string, LanguageModel>();
  const questions = new Map<string, string>();
  for (const folder of folders) {
    for (const name of await listFolder(recorded.file(folder))) {
      const session = /^([^.]+)\.transcript\.jsonl$/.exec(name)?.[1];
      if (session === undefined) continue;
      const path = recorded.file(folder, name);
      const [first] = parseTranscript((await readPlainFile(path)) ?? '').records;
      if (first?.type !== 'session') continue;
      const reviewer = folder === 'verify' ? findExaminer(session, reviewers) : findAsked(first, reviewers);
      const model = reviewer === undefined ? null : await open(reviewer, path);
      if (model === null) continue;
      sessions.set(`${folder}/${session}`, model);
      questions.set(`${folder}/${session}`, first.firstMessage);
    }
  }
  return { sessions, questions };
}

/** A recorded model; null when the session was never begun: it is skipped again. */
export async function openRecordedModel(
  reviewer: ModelReviewer,
  path: string,
  listeners: { onDifference: (difference: ReplayDifference) => void; onTorn: () => void | Promise<void> },
): Promise<LanguageModel | null> {
  const text = await readPlainFile(path);
  if (text === null) return null;
  const { records, torn } = parseTranscript(text);
  if (torn) await listeners.onTorn();
  return createReplayModel({
    provider: reviewer.provider,
    modelId: reviewer.model,
    steps: records.flatMap((record, index) => toStep(record, records[index + 1])),
    answers: records.flatMap(toAnswer),
    onDifference: listeners.onDifference,
  });
}

/** Examiners' sessions are named for them. */
function findExaminer(session: string, reviewers: readonly Reviewer[]): ModelReviewer | undefined {
  const id = session.replace(/-\d+$/, '');
  return modelsOf(reviewers).find((one) => one.id === id);
}

/** Whose another session was, only its transcript says. */
function findAsked(
  first: { provider: string; modelId: string },
  reviewers: readonly Reviewer[],
): ModelReviewer | undefined {
  return modelsOf(reviewers).find(
    ({ provider, model }) => provider === first.provider && model === first.modelId,
  );
}

function modelsOf(reviewers: readonly Reviewer[]): ModelReviewer[] {
  return reviewers.filter((one): one is ModelReviewer => one.type === 'model');
}

async function listFolder(path: string): Promise<string[]> {
  const names = await readdir(path).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw cause;
  });
  return names.sort();
}

/** Errors that were tried again with success left no trace in the session; only the last of a request counts. */
function toStep(record: TranscriptRecord, next: TranscriptRecord | undefined): RecordedStep[] {
  if (record.type === 'turn') {
    const { parts, finishReason, usage, requestId, modelId } = record;
    return [{ type: 'answer', result: { parts, finishReason, usage, requestId, modelId } }];
  }
  const isFinal = next === undefined || next.type === 'end' || next.type === 'compaction';
  return record.type === 'request-error' && isFinal ? [{ type: 'error', cause: record.cause }] : [];
}

function toAnswer(record: TranscriptRecord): RecordedToolAnswer[] {
  if (record.type !== 'tool-call') return [];
  const { turn, callId, tool, answer, isError } = record;
  return [{ turn, callId, tool, text: answer, isError }];
}
