/** What a reviewer handed in; those it took back again are among them. */
export interface HandedIn {
  findings: number;
  withdrawn: number;
}

/** Counts a reviewer's raw findings. */
export function countHandedIn(findings: readonly { withdrawn: string | null }[]): HandedIn {
  return {
    findings: findings.length,
    withdrawn: findings.filter(({ withdrawn }) => withdrawn !== null).length,
  };
}

/** `no finding`, `1 finding`, `5 findings, 1 withdrawn`. */
export function wordHandedIn({ findings, withdrawn }: HandedIn): string {
  if (findings === 0) return 'no finding';
  const words = findings === 1 ? '1 finding' : `${findings} findings`;
  return withdrawn === 0 ? words : `${words}, ${withdrawn} withdrawn`;
}
