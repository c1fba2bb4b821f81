import type { FaultRow } from '../fault-row.ts';
import type { FixtureInput, RunFixture } from './run-fixture.ts';

/** A row on a fixture of its own. */
export interface RunRow extends Pick<FaultRow, 'fault' | 'name' | 'expected'> {
  input?: FixtureInput;
  run: (fixture: RunFixture) => Promise<string>;
}
