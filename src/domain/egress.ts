import * as z from 'zod';
import type { ObjectId } from './change.ts';
import { ProviderId } from './reviewer.ts';

/** Content under these paths is sent to these vendors only; to nobody when there are none. */
export const EgressRule = z.strictObject({
  /** Globs over paths of the repository; one that matches a folder means everything in it. */
  paths: z.array(z.string().min(1).max(500)).min(1).max(200),
  to: z.array(ProviderId).max(8),
});
export type EgressRule = z.infer<typeof EgressRule>;

/** A file as a rule sees it: its path, and its content by id; null when that is not known. */
export interface EgressEntry {
  path: string;
  oid: ObjectId | null;
}

/** Globs whose content a vendor may not be sent: of every rule that does not name it. */
export function keptFrom(rules: readonly EgressRule[], vendor: ProviderId): string[] {
  return rules.filter(({ to }) => !to.includes(vendor)).flatMap(({ paths }) => paths);
}
