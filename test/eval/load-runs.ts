import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Cluster, Clusters } from '../../src/domain/cluster.ts';
import { Ledger } from '../../src/domain/ledger.ts';
import { Review } from '../../src/domain/review.ts';
import { readJson } from './read-lines.ts';

/** What one of our own run directories recorded. */
export interface RecordedRun {
  folder: string;
  reviews: Review[];
  clusters: Cluster[];
  /** null when the run never came to verification. */
  ledger: Ledger | null;
}

/** Reads a run directory; a review that does not fit its schema is an error, not left out. */
export function loadRun(folder: string): RecordedRun {
  const ledger = join(folder, 'verify', 'ledger.json');
  return {
    folder,
    reviews: readdirSync(join(folder, 'review'))
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => readJson(join(folder, 'review', name), Review)),
    clusters: readJson(join(folder, 'reconcile', 'clusters.json'), Clusters).clusters,
    ledger: existsSync(ledger) ? readJson(ledger, Ledger) : null,
  };
}
