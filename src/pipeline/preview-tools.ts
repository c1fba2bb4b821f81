import { join } from 'node:path';
import type { AgentTool } from '../agent/agent-tool.ts';
import { CommandDesk } from '../agent/commands/command-desk.ts';
import { loadTexts } from '../agent/load-texts.ts';
import { createRunCommand } from '../agent/tools/run-command.ts';
import { InternalError } from '../errors.ts';
import { findBubblewrap } from '../sandbox/find-bubblewrap.ts';
import { toNamedCommands } from './open-commands.ts';
import { openDependencyTools } from './open-dependencies.ts';
import type { RunContext } from './run-context.ts';

/** The tools that a review here would offer beyond those of every reviewer, to be described and not to be called. */
export async function previewTools(
  places: Pick<RunContext, 'config' | 'repository' | 'environment' | 'packageDirectory' | 'signal'>,
): Promise<AgentTool[]> {
  const { config, environment, packageDirectory, signal } = places;
  const tools = await openDependencyTools(places);
  if (config.commands.length === 0) return tools;
  const found = await findBubblewrap(environment.variable('PATH') ?? '', signal);
  if (found.outcome !== 'ready') return tools;
  const unused = () => Promise.reject(new InternalError('a preview runs nothing'));
  const desk = new CommandDesk({ run: unused, record: unused });
  const descriptions = await loadTexts(join(packageDirectory, 'context', 'tools'));
  return [...tools, createRunCommand({ commands: toNamedCommands(config.commands), desk, descriptions })];
}
