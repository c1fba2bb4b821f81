import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AgentTool } from '../agent/agent-tool.ts';
import { CommandDesk } from '../agent/commands/command-desk.ts';
import { type NamedCommand, runNamedCommand } from '../agent/commands/run-named-command.ts';
import { loadTexts } from '../agent/load-texts.ts';
import { createRunCommand } from '../agent/tools/run-command.ts';
import type { CommandSetting } from '../config.ts';
import type { Change } from '../domain/change.ts';
import type { CommandResult } from '../domain/command.ts';
import type { Reviewer } from '../domain/reviewer.ts';
import { isOutOfSpace, SandboxError } from '../errors.ts';
import { appendLine } from '../log.ts';
import { isReachable } from './model-session.ts';
import type { RunContext } from './run-context.ts';

export interface OpenedCommands {
  tools: readonly AgentTool[];
  /** Waits for what still runs, and removes the copies. */
  close(): Promise<void>;
}

const none: OpenedCommands = { tools: [], close: async () => undefined };
const mebibyte = 2 ** 20;

/**
 * The tool that runs the user's commands, for the reviewers that are to be run. Without commands or without a sandbox
 * there is none; the latter is said.
 */
export async function openCommands(
  context: RunContext,
  change: Change,
  open: readonly Reviewer[],
): Promise<OpenedCommands> {
  const { config, repository, environment, signal } = context;
  const isAsked = open.some((reviewer) => isReachable(config, reviewer));
  if (config.commands.length === 0 || !isAsked) return none;
  const warn = (message: string) => context.emit({ type: 'notice', level: 'warning', message });
  const { findBubblewrap } = await import('../sandbox/find-bubblewrap.ts');
  const found = await findBubblewrap(environment.variable('PATH') ?? '', signal);
  if (found.outcome !== 'ready') {
    await warn(`commands are not offered to reviewers: ${found.reason} (${found.advice})`);
    return none;
  }
  if (found.weakness !== null) await warn(found.weakness);
  const { resolveCaches } = await import('../sandbox/resolve-caches.ts');
  const { Sandbox } = await import('../sandbox/sandbox.ts');
  const { defaultSandboxLimits } = await import('../sandbox/sandbox-limits.ts');
  const caches = await resolveCaches(config.sandbox.caches, {
    topDirectory: repository.topDirectory,
    home: environment.variable('HOME'),
  });
  for (const message of caches.missing) await warn(message);
  const defaults = defaultSandboxLimits();
  const { memoryMegabytes, diskMegabytes, processes } = config.sandbox;
  const sandbox = new Sandbox({
    program: found.program,
    // Inside a folder that goes with this process, and with the next start when this process is killed.
    directory: join(repository.gitDirectory, 'sandbox'),
    limits: {
      ...defaults,
      memory: memoryMegabytes === null ? defaults.memory : memoryMegabytes * mebibyte,
      disk: diskMegabytes === null ? defaults.disk : diskMegabytes * mebibyte,
      processes: processes ?? defaults.processes,
    },
    caches: caches.mounts,
  });
  const commands = toNamedCommands(config.commands);
  /** Models may ask again and again. */
  const said = new Set<string>();
  const desk = new CommandDesk({
    run(name, at, stop) {
      const command = commands.find((one) => one.name === name);
      if (command === undefined) throw new TypeError(`no command is named ${name}`);
      const run = runNamedCommand({ command, at, change, repository, sandbox, signal: stop });
      return run.catch(async (cause: unknown) => {
        if (!(cause instanceof SandboxError)) throw cause;
        const message = `the command ${name} could not be run at ${at}, and says nothing about the code: ${cause.message}`;
        if (!said.has(message)) await warn(message);
        said.add(message);
        throw cause;
      });
    },
    record: (result) => recordResult(context, result),
  });
  const descriptions = await loadTexts(join(context.packageDirectory, 'context', 'tools'));
  return {
    tools: [createRunCommand({ commands, desk, descriptions })],
    async close() {
      await desk.idle();
      await sandbox.close();
    },
  };
}

export function toNamedCommands(settings: readonly CommandSetting[]): NamedCommand[] {
  return settings.map(({ name, run, timeoutSeconds }) => ({ name, run, timeoutMs: timeoutSeconds * 1000 }));
}

/** `review/commands.jsonl`, of a reviewer that runs by itself its own. A full disk costs the record, not the result. */
async function recordResult(context: RunContext, result: CommandResult): Promise<void> {
  const reviewer = context.job?.reviewer ?? null;
  const name = reviewer === null ? 'commands.jsonl' : `${reviewer}.commands.jsonl`;
  const path = context.run.file('review', name);
  try {
    await mkdir(dirname(path), { recursive: true });
    appendLine(path, JSON.stringify(result));
  } catch (cause) {
    if (!isOutOfSpace(cause)) throw cause;
    const message = `the result of ${result.name} is not recorded: ${String(cause)}`;
    await context.emit({ type: 'notice', level: 'warning', message });
  }
}
