import type { ProviderId } from '../../../src/domain/reviewer.ts';
import { type VendorCase, vendorCases } from '../../contract/vendor-cases.ts';
import type { FaultRow, NotApplicable } from '../fault-row.ts';
import { type Trial, type TrialResult, tryReview } from './trial.ts';
import { tell } from './words.ts';

/** A value, or one for each provider that differs. */
type PerProvider<T> = T | ({ each: T } & Partial<Record<ProviderId, T>>);

/** A fault with its outcome, to be tried with every provider. */
export interface FaultCase {
  fault: string;
  name: string;
  expected: PerProvider<string>;
  /** Why it makes no sense for some. */
  notApplicable?: Partial<Record<ProviderId, string>>;
  /** See `FaultRow`. */
  isHeavy?: boolean;
  run(vendor: VendorCase, signal: AbortSignal): Promise<string>;
}

export interface Cells {
  rows: FaultRow[];
  notApplicable: NotApplicable[];
}

/** The case as cells, one for each provider. */
export function cellsOf(cases: readonly FaultCase[]): Cells {
  const cells: Cells = { rows: [], notApplicable: [] };
  for (const { fault, name, expected, notApplicable, isHeavy = false, run } of cases)
    for (const vendor of vendorCases) {
      const { provider } = vendor;
      const reason = notApplicable?.[provider];
      if (reason !== undefined) cells.notApplicable.push({ fault, name, provider, reason });
      else {
        const words = typeof expected === 'string' ? expected : (expected[provider] ?? expected.each);
        cells.rows.push({
          fault,
          name,
          provider,
          expected: words,
          isHeavy,
          run: (signal) => run(vendor, signal),
        });
      }
    }
  return cells;
}

/** A case whose outcome is that of one review. */
export function reviewCase(
  row: Omit<FaultCase, 'run'> & {
    trial: (vendor: VendorCase) => Trial | Promise<Trial>;
    /** More than what is always told. */
    more?: (result: TrialResult, vendor: VendorCase) => string[];
  },
): FaultCase {
  const { trial, more, ...rest } = row;
  return {
    ...rest,
    run: async (vendor, signal) => {
      const result = await tryReview(vendor, await trial(vendor), signal);
      return [tell(result), ...(more?.(result, vendor) ?? [])].join('; ');
    },
  };
}

/** What a review that overcame its fault looks like, after so many requests. */
export function overcome(requests: number, waits: string): string {
  return `completed; I1 I2; ran report read report finish; ${requests} requests; waited ${waits} s`;
}

/** What is left of a review that did not: the finding of the turn before. */
export function lost(ending: string, requests: number, waits = ''): string {
  return `${ending}; I1; ran report; ${requests} requests${waits === '' ? '' : `; waited ${waits} s`}`;
}
