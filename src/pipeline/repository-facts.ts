import type { Change } from '../domain/change.ts';
import { findingKey } from '../domain/finding.ts';
import { checkFix } from '../evidence/check-fix.ts';
import { traceOrigin } from '../evidence/trace-origin.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import type { VerifyDependencies } from '../verify/verify.ts';

/** What verification asks the repository, for one change. */
export function repositoryFacts(
  repository: ObjectRepository,
  change: Change,
  options: { signal: AbortSignal; onUnknown: (problem: string) => void },
): Omit<VerifyDependencies, 'challenge'> {
  const { signal, onUnknown } = options;
  return {
    traceOrigin: (finding) =>
      traceOrigin({
        repository,
        change,
        locations: finding.locations,
        quote: finding.claim.quote,
        signal,
        onUnknown: (problem) => onUnknown(`${findingKey(finding)}: ${problem}`),
      }),
    checkFix: async (finding) => {
      const { diff } = finding.claim.fix;
      const [location] = finding.locations;
      if (diff.trim() === '' || location === undefined) return null;
      return checkFix({
        repository,
        commit: change.head.sha,
        change,
        path: location.path,
        line: location.startLine,
        diff,
        signal,
      });
    },
  };
}
