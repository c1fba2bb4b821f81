import type { FaultSuite } from './fault-row.ts';
import { githubSuite } from './github/suite.ts';
import { providerSuite } from './providers/suite.ts';
import { runSuite } from './runs/suite.ts';

/** Everything `npm run test:faults` knows, in the order it is run. */
export const faultSuites: readonly FaultSuite[] = [providerSuite, runSuite, githubSuite];
