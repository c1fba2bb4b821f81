import type { Egress } from '../agent/egress.ts';
import type { Cause } from '../domain/cause.ts';
import type { Change } from '../domain/change.ts';
import type { ProviderId, Reviewer } from '../domain/reviewer.ts';
import { ConfigError } from '../errors.ts';

type EgressOf = (vendor: ProviderId) => Promise<Egress>;

/**
 * Reviewers whose vendors may be sent nothing of what changed, and why they are skipped. A rule that cannot be applied
 * fails the review itself.
 */
export async function findUnread(
  reviewers: readonly Reviewer[],
  change: Change,
  egress: EgressOf,
): Promise<Map<string, Cause>> {
  const causes = new Map<string, Cause>();
  for (const reviewer of reviewers) {
    if (reviewer.type !== 'model') continue;
    const withheld = await egress(reviewer.provider).then(
      (found) => found.withheld.length,
      () => 0,
    );
    if (!isUnread(change, withheld)) continue;
    const message = `every changed file is kept from ${reviewer.provider} by the egress rule`;
    causes.set(reviewer.id, { code: 'kept-by-rule', message, retryable: false });
  }
  return causes;
}

/** Whether so many files that are kept from a vendor leave nothing of the change for it. */
export function isUnread({ files }: Change, withheld: number): boolean {
  return files.length > 0 && withheld >= files.length;
}

/**
 * Throws `ConfigError` when the rules leave nobody to review: every reviewer that could start is a model of a vendor
 * that may be sent nothing of the change.
 */
export async function refuseUnread(input: {
  /** All of the run that could start otherwise. */
  reviewers: readonly Reviewer[];
  change: Change;
  egress: EgressOf;
}): Promise<void> {
  const { reviewers, change, egress } = input;
  if (reviewers.length === 0 || reviewers.some(({ type }) => type === 'program')) return;
  const unread = await findUnread(reviewers, change, egress);
  if (unread.size < reviewers.length) return;
  const vendors = [...new Set(reviewers.flatMap((one) => (one.type === 'model' ? [one.provider] : [])))];
  throw new ConfigError(describeUnread(vendors), {
    hint: 'name a vendor in the rule’s "to", or review offline: --reviewers checks',
  });
}

export function describeUnread(vendors: readonly string[]): string {
  return `nobody may review this change: the egress rule keeps every changed file from ${vendors.join(', ')}`;
}
