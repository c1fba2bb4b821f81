import { closeSync, existsSync, renameSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatRecord, type TranscriptSink } from '../agent/transcript.ts';
import type { ReviewerId } from '../domain/reviewer.ts';
import { isOutOfSpace } from '../errors.ts';
import { appendLine, dropTornLine, openLines } from '../log.ts';
import type { RunContext } from './run-context.ts';

/**
 * A new transcript of a reviewer; one of an earlier sitting is kept beside it under a number. A disk that takes no
 * more does not end the session, which is paid for: the transcript then ends early, and that is said.
 */
export async function openTranscript(
  context: RunContext,
  reviewer: ReviewerId,
  path: string,
): Promise<TranscriptSink> {
  let isFull = false;
  const giveUp = async (cause: unknown) => {
    if (!isOutOfSpace(cause)) throw cause;
    isFull = true;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `${reviewer}: its session is not recorded from here on: ${reason}`;
    await context.emit({ type: 'notice', level: 'warning', message });
  };
  try {
    await mkdir(dirname(path), { recursive: true });
    if (existsSync(path)) await setAside(context, reviewer, path);
  } catch (cause) {
    await giveUp(cause);
  }
  return async (record) => {
    if (isFull) return;
    try {
      appendLine(path, formatRecord(record).trimEnd());
    } catch (cause) {
      await giveUp(cause);
    }
  };
}

async function setAside(context: RunContext, reviewer: ReviewerId, path: string): Promise<void> {
  let number = 1;
  while (existsSync(path.replace(/\.jsonl$/, `.${number}.jsonl`))) number += 1;
  const aside = path.replace(/\.jsonl$/, `.${number}.jsonl`);
  renameSync(path, aside);
  const lines = openLines(aside);
  try {
    if (!dropTornLine(lines)) return;
  } finally {
    closeSync(lines);
  }
  const message = `${reviewer}: the last line of its earlier session was cut off when it was killed; it is ignored`;
  await context.emit({ type: 'notice', level: 'info', message });
}
