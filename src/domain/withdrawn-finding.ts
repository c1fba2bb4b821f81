/** A finding that a second look took out of the report. */
export interface WithdrawnFinding {
  /** Stable name. */
  finding: string;
  /** Why examiners refuted it; null where nobody raises it any more, or something else became of it. */
  refuted: string | null;
}
