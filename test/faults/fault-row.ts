/** One cell of the fault table: a fault is injected, and what came of it is put into words. */
export interface FaultRow {
  /** Number in the list of faults: `F16`. */
  fault: string;
  /** The fault in a few words. */
  name: string;
  /** The provider's id; `run` for a fault of the whole program. */
  provider: string;
  /** The outcome that is asked for, in the words of `run`. */
  expected: string;
  /** Keeps the processor busy, so that it must run by itself; default false. */
  isHeavy?: boolean;
  /**
   * Injects the fault for real and gives the outcome; what it throws is a failed row. `signal` aborts when the row's
   * time is over.
   */
  run(signal: AbortSignal): Promise<string>;
}

/** A cell that makes no sense. It is printed with its reason and does not count. */
export interface NotApplicable {
  fault: string;
  name: string;
  provider: string;
  reason: string;
}

/** What `npm run test:faults -- <name>` runs. */
export interface FaultSuite {
  name: string;
  rows(): Promise<{ rows: FaultRow[]; notApplicable: NotApplicable[] }>;
}
