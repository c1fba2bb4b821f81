import type { Cause } from '../domain/cause.ts';
import type { ForgeError } from '../errors.ts';

export interface Failure {
  outcome: 'skipped' | 'failed';
  cause: Cause;
  /** Whether nothing else need be tried: the token is none, too much was asked, or the pull request takes no more. */
  endsAll: boolean;
}

/** What an error of the forge means for the part that was to be posted. */
export function describeFailure(error: ForgeError): Failure {
  const { reason, neededPermissions, hint } = error;
  const needs =
    reason === 'forbidden' && neededPermissions !== null ? `the token needs ${neededPermissions}` : null;
  const said = [error.message, needs ?? hint ?? null].filter((text) => text !== null);
  return {
    outcome: reason === 'forbidden' || reason === 'gone' ? 'skipped' : 'failed',
    cause: {
      code: reason === 'forbidden' ? 'missing-permission' : reason,
      message: said.join('; '),
      retryable: reason === 'unreachable' || reason === 'rate-limit',
    },
    endsAll: reason === 'unauthorized' || reason === 'rate-limit' || reason === 'gone',
  };
}
