import type { FaultSuite } from '../fault-row.ts';
import { diskRows, whyNoDisks } from './disk-rows.ts';
import { killRows } from './kill-rows.ts';
import { processRows } from './process-rows.ts';
import { secondLookRows } from './second-look-rows.ts';
import { stopRows } from './stop-rows.ts';

/** F44 to F53: what ends, breaks or starves a whole run, on the built program in a process of its own: `dist/` must be there. */
export const runSuite: FaultSuite = {
  name: 'runs',
  rows: async () => {
    const reason = whyNoDisks();
    const disks = diskRows();
    return {
      rows: [
        ...stopRows(),
        ...killRows(),
        ...secondLookRows(),
        ...(reason === null ? disks : []),
        ...processRows(),
      ],
      notApplicable:
        reason === null ? [] : disks.map(({ fault, name, provider }) => ({ fault, name, provider, reason })),
    };
  },
};
