import type { PublishSettings } from '../config.ts';
import type { FailOn } from '../domain/run-outcome.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import type { RunWork } from './run-context.ts';

/** What it takes to post a run's report. */
export interface PublishContext extends RunWork {
  /** Code of the run's commits; null: it is not at hand, and no patch becomes a suggestion. */
  objects: ObjectRepository | null;
  packageDirectory: string;
  toolVersion: string;
  settings: PublishSettings;
  failOn: FailOn;
}
