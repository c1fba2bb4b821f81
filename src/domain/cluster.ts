import * as z from 'zod';

/** Findings claimed to be one defect. `reconcile/clusters.json` holds all of them. */
export const Cluster = z.object({
  /** k1, k2, … in the order of the clusters' first location; stable under any order of the input. */
  id: z.string().regex(/^k\d+$/),
  /** Keys of raw findings, the one that speaks for the cluster first. */
  members: z.array(z.string()).min(1),
  /** Why two members are together: one entry for each merge, score 0–1. Empty for a single finding. */
  links: z.array(
    z.object({
      a: z.string(),
      b: z.string(),
      score: z.number().min(0).max(1),
      reason: z.string(),
      /** Who was asked about the two and called them one defect, as a report names them. Absent: nobody was asked. */
      answeredBy: z.string().optional(),
    }),
  ),
});
export type Cluster = z.infer<typeof Cluster>;

export const Clusters = z.object({ schemaVersion: z.literal(1), clusters: z.array(Cluster) });
export type Clusters = z.infer<typeof Clusters>;
