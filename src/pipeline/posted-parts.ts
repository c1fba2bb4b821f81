import type { PublishSettings } from '../config.ts';
import type { PostTarget } from '../domain/publication.ts';
import type { ReviewOptions } from './options.ts';

/** What is posted of a report: on the command line what `--post` says, in the Action what the configuration leaves of it. */
export function postedParts(
  { post = [], postAsConfigured = false }: Pick<ReviewOptions, 'post' | 'postAsConfigured'>,
  settings: PublishSettings,
): PostTarget[] {
  if (!postAsConfigured) return [...post];
  return post.filter((part) => (part === 'inline' ? settings.inline !== 'never' : settings[part]));
}
