import type { ConsolidationBrief } from '../agent/consolidate/consolidation-brief.ts';
import type { Consolidation } from '../domain/consolidation.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';

/** What one writer is given. */
export interface Assignment {
  brief: ConsolidationBrief;
  /** Labels of findings whose texts are kept from it. */
  withheld: string[];
}

/** Gives each writer what its vendor may see. */
export type Assign = (writer: ModelReviewer) => Promise<Assignment>;

export interface WrittenConsolidation {
  consolidation: Consolidation;
  writer: ModelReviewer;
  assignment: Assignment;
}
