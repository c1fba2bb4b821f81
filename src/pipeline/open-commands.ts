import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AgentTool } from '../agent/agent-tool.ts';
import { CommandDesk } from '../agent/commands/command-desk.ts';
import { type NamedCommand, runNamedCommand } from '../agent/commands/run-named-command.ts';
import { loadTexts } from '../agent/load-texts.ts';
import { createRunCommand } from '../agent/tools/run-command.ts';
import type { Change } from '../domain/change.ts';
import type { RunContext } from './run-context.ts';

export interface OpenedCommands {
  tools: readonly AgentTool[];
  /** Waits for what still runs, and removes the copies. */
  close(): Promise<void>;
}

const none: OpenedCommands = { tools: [], close: async () => undefined };
const mebibyte = 2 ** 20;

/** The tool that runs the user's commands; without commands or without a sandbox there is none, which is then said. */
export async function openCommands(context: RunContext, change: Change): Promise<OpenedCommands> {
  const { config, repository, environment, signal } = context;
  if (config.commands.length === 0) return none;
  const warn = (message: string) => context.emit({ type: 'notice', level: 'warning', message });
  const { findBubblewrap } = await import('../sandbox/find-bubblewrap.ts');
  const found = await findBubblewrap(environment.variable('PATH') ?? '', signal);
  if (found.outcome !== 'ready') {
    await warn(`commands are not offered to reviewers: ${found.reason} (${found.advice})`);
    return none;
  }
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
  const commands = config.commands.map(({ name, run, timeoutSeconds }): NamedCommand => {
    return { name, run, timeoutMs: timeoutSeconds * 1000 };
  });
  const results = context.run.file('review', 'commands.jsonl');
  await mkdir(dirname(results), { recursive: true });
  const desk = new CommandDesk({
    run(name, at, stop) {
      const command = commands.find((one) => one.name === name);
      if (command === undefined) throw new TypeError(`no command is named ${name}`);
      return runNamedCommand({ command, at, change, repository, sandbox, signal: stop });
    },
    record: (result) => appendFile(results, `${JSON.stringify(result)}\n`),
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
