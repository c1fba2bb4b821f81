import * as z from 'zod';

/** An artifact, of what GitHub says of it. */
export const ArtifactAnswer = z.object({
  id: z.int().min(1),
  name: z.string(),
  size_in_bytes: z.number().min(0),
  expired: z.boolean(),
  created_at: z.string().nullish(),
  /** `sha256:…` over the archive; none for what older uploaders made. */
  digest: z.string().nullish(),
  workflow_run: z
    .object({
      id: z.int().min(1).nullish(),
      repository_id: z.int().nullish(),
      head_repository_id: z.int().nullish(),
    })
    .nullish(),
});
export type ArtifactAnswer = z.infer<typeof ArtifactAnswer>;

export const ArtifactsAnswer = z.object({
  total_count: z.int().min(0),
  artifacts: z.array(ArtifactAnswer),
});

const Repository = z.object({ id: z.int(), full_name: z.string() });

export const WorkflowRunAnswer = z.object({
  id: z.int().min(1),
  event: z.string(),
  repository: Repository,
  /** null: it was deleted. */
  head_repository: Repository.nullish(),
});
export type WorkflowRunAnswer = z.infer<typeof WorkflowRunAnswer>;
