import { initRepository, visibleLine } from '../pipeline.ts';
import type { CommandInput } from './prepare-run.ts';

/** `deep-review init`: a workflow and a configuration for the repository of the working folder. */
export async function runInitCommand({ parsed, workingDirectory, stdout }: CommandInput): Promise<number> {
  const one = (name: string) => parsed.values.get(name)?.[0] ?? null;
  const result = await initRepository({
    directory: workingDirectory,
    recipe: one('recipe') ?? 'same-repository',
    action: one('action'),
  });
  if (parsed.switches.has('json')) {
    stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return 0;
  }
  const next = [
    ...(result.action === null
      ? ['put the commit of a release where the workflow says OWNER/deep-review@000…']
      : []),
    'set the secrets ANTHROPIC_API_KEY, OPENAI_API_KEY and GEMINI_API_KEY of the repository, or some of them',
    'commit both files to the default branch',
  ];
  const lines = [...result.written.map(visibleLine), ...next.map((line) => `  → ${line}`)];
  stdout.write(`${lines.join('\n')}\n`);
  return 0;
}
