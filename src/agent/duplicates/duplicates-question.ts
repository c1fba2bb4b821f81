import type { Location } from '../../domain/location.ts';

/**
 * A finding as a model gets it that compares it with others: what it says, and where. Who wrote it, how bad they think
 * it is and how sure they are is left out: none of that tells one defect from another.
 */
export interface ComparedFinding {
  /** f1, f2, … within the session: says nothing about the run. */
  id: string;
  title: string;
  /** Proved places, the quoted one first. */
  locations: readonly Location[];
  quote: string;
  /** It says that something is missing; the quote is where it should be. */
  absent: boolean;
  explanation: string;
  scenario: string;
}

export interface ComparedPair {
  /** p1, p2, … within the session. */
  id: string;
  /** Ids of two findings of the session. */
  a: string;
  b: string;
}

/** What one session is asked. */
export interface DuplicatesQuestion {
  findings: readonly ComparedFinding[];
  pairs: readonly ComparedPair[];
}
