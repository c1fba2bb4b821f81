import type { Reviewer } from '../domain/reviewer.ts';
import { readPlainFile } from '../run/read-artifact.ts';
import type { RunDirectory } from '../run/run-directory.ts';
import { readExamined } from './examined-batches.ts';
import { keepSecondLook, readSecondLooks } from './second-looks-file.ts';

/**
 * Brings what was looked at again in a recorded run into one that repeats it. Which claims were put to whom when cannot be
 * told from its findings then: the answers themselves are taken over, where other runs have examiners say them again.
 */
export async function takeSecondLooks(
  recorded: RunDirectory,
  run: RunDirectory,
  reviewers: readonly Reviewer[],
): Promise<void> {
  const looks = await readSecondLooks(recorded);
  if (looks.length === 0) return;
  const models = reviewers.filter((one) => one.type === 'model');
  for (const examined of await readExamined(recorded, models)) {
    const { examiner, batch } = examined.session;
    const text = `${JSON.stringify(examined, null, 2)}\n`;
    await run.memory.write(run.file('verify', `${examiner}-${batch}.json`), text);
  }
  for (const look of looks) {
    const { subject } = look;
    if (subject.kind === 'review') {
      await copyText(recorded, run, subject.first.file);
      if (subject.second?.counts === false) await copyText(recorded, run, subject.second.file);
    }
    await keepSecondLook(run, look);
  }
}

async function copyText(from: RunDirectory, to: RunDirectory, file: string): Promise<void> {
  const parts = file.split('/');
  const text = await readPlainFile(from.file(...parts));
  if (text !== null) await to.memory.write(to.file(...parts), text);
}
