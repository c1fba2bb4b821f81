import type { ProgramReviewer } from './reviewer.ts';

/**
 * The source of findings about what a change hides, or tells those who read it. Its findings are in the ledger like
 * all others; itself it is no reviewer: it counts for no quorum, no agreement and no column.
 */
export const guardSource: ProgramReviewer = { type: 'program', id: 'guard', program: 'built-in' };

/** Whether a raw finding, or the one who raised it, is the guard's. */
export function isGuard(id: string): boolean {
  return id === guardSource.id;
}
