import type { Location } from '../../domain/location.ts';

/**
 * A claim as an examiner gets it: what is said to be so, where, and what comes of it. Who says so, how bad they think it
 * is, how sure they are and why they believe it are left out: none of that is evidence.
 */
export interface Question {
  /** q1, q2, … within the session: says nothing about the run. */
  id: string;
  /** The cluster it is about; never shown. */
  cluster: string;
  /** One line. */
  statement: string;
  /** Proved places, the quoted one first. */
  locations: readonly Location[];
  quote: string;
  /** It says that something is missing; the quote is where it should be. */
  absent: boolean;
  scenario: string;
}
