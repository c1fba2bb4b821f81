import type { FaultSuite } from '../fault-row.ts';
import { cancelCases } from './cancel-cases.ts';
import { cellsOf } from './case.ts';
import { conductCases } from './conduct-cases.ts';
import { connectionCases } from './connection-cases.ts';
import { statusCases } from './status-cases.ts';
import { streamCases } from './stream-cases.ts';

/** F1–F43 × the four providers, through their own SDKs over HTTP. */
export const providerSuite: FaultSuite = {
  name: 'providers',
  rows: () =>
    Promise.resolve(
      cellsOf([...statusCases, ...connectionCases, ...streamCases, ...conductCases, ...cancelCases]),
    ),
};
