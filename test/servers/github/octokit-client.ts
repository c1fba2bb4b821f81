import { Octokit } from 'octokit';

/** octokit without its own waits and retries. */
export function octokitFor(baseUrl: string, auth: string): Octokit {
  return new Octokit({ auth, baseUrl, throttle: { enabled: false }, retry: { enabled: false } });
}

/** What an octokit call was refused with. */
export async function refusal(call: Promise<unknown>): Promise<[number, unknown]> {
  try {
    await call;
  } catch (error) {
    const { status, response } = error as {
      status: number;
      response?: { data?: { message?: string; errors?: unknown } };
    };
    return [status, response?.data?.errors ?? response?.data?.message];
  }
  throw new Error('it was not refused');
}
