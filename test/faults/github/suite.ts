import type { FaultSuite } from '../fault-row.ts';
import { answerRows } from './answer-rows.ts';
import { toFaultRow } from './github-row.ts';
import { limitRows } from './limit-rows.ts';
import { runRows } from './run-rows.ts';
import { interleavingRow, textRows } from './text-rows.ts';

/** F54 to F72: what goes wrong between this program and GitHub, against the strict server. */
export const githubSuite: FaultSuite = {
  name: 'github',
  rows: async () => ({
    rows: [
      ...[...answerRows(), ...limitRows(), ...textRows()].map(toFaultRow),
      ...runRows(),
      interleavingRow(),
    ],
    notApplicable: [],
  }),
};
