import { vendorCases } from '../../contract/vendor-cases.ts';
import type { FaultSuite, NotApplicable } from '../fault-row.ts';
import { cancelCases } from './cancel-cases.ts';
import { cellsOf } from './case.ts';
import { conductCases } from './conduct-cases.ts';
import { connectionCases } from './connection-cases.ts';
import { laterRows } from './later-rows.ts';
import { allDownRows, runCases } from './run-cases.ts';
import { scaleCases } from './scale-cases.ts';
import { statusCases } from './status-cases.ts';
import { streamCases } from './stream-cases.ts';

/** F1–F43 × the four providers, through their own SDKs over HTTP. */
export const providerSuite: FaultSuite = {
  name: 'providers',
  rows: () => {
    const { rows, notApplicable } = cellsOf([
      ...statusCases,
      ...connectionCases,
      ...streamCases,
      ...conductCases,
      ...cancelCases,
      ...runCases,
      ...scaleCases,
    ]);
    return Promise.resolve({
      rows: [...rows, ...allDownRows(), ...laterRows()],
      notApplicable: [...notApplicable, ...toCome()],
    });
  },
};

/** Faults of parts that are not there yet. */
function toCome(): NotApplicable[] {
  const parts: [string, string, string][] = [
    ['F36', 'the comment of 5,000 findings', 'comes with publishing'],
    ['F41', 'old comments and the check', 'comes with publishing'],
  ];
  return parts.flatMap(([fault, name, reason]) =>
    vendorCases.map(({ provider }) => ({ fault, name, provider, reason })),
  );
}
