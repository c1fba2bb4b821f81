import { type Checkout, readCheckout as readGitCheckout } from '../git/read-checkout.ts';
import type { PipelineDependencies } from './options.ts';

export type { Checkout } from '../git/read-checkout.ts';

/** What is checked out in a folder; nothing of its repository's configuration is in force. */
export function readCheckout(
  folder: string,
  { environment, signal }: Pick<PipelineDependencies, 'environment' | 'signal'>,
): Promise<Checkout> {
  return readGitCheckout(folder, { searchPath: environment.variable('PATH') ?? undefined, signal });
}
