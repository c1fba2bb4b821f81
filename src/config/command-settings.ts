import * as z from 'zod';

const commandName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/;

const Run = z.string().min(1).max(4000);

/** `test: npm test`, or with a time limit of its own. */
export const CommandEntries = z
  .record(
    z.string(),
    z.union([Run, z.strictObject({ run: Run, timeoutSeconds: z.int().min(1).max(3600).optional() })]),
  )
  .refine((entries) => Object.keys(entries).every((name) => commandName.test(name)), {
    message: 'a command’s name has up to 40 letters, digits, ".", "_" and "-"',
  })
  .refine((entries) => Object.keys(entries).length <= 30, { message: 'at most 30 commands' });
export type CommandEntries = z.infer<typeof CommandEntries>;

const CacheFolder = z.string().min(1);

export const SandboxEntry = z.strictObject({
  /** Folders that commands may read, at their own place or at another: `to`, such as `/src/node_modules`. */
  caches: z
    .array(z.union([CacheFolder, z.strictObject({ from: CacheFolder, to: z.string().min(1).optional() })]))
    .max(50)
    .optional(),
  /** Memory of all processes of a command; default half of the machine's, at most 4096. */
  memoryMegabytes: z.int().min(64).optional(),
  /** What a command may keep in files, the copy included; default a quarter of the machine's memory, at most 2048. */
  diskMegabytes: z.int().min(16).optional(),
  /** Processes and threads; default 1024. */
  processes: z.int().min(16).max(100_000).optional(),
});
export type SandboxEntry = z.infer<typeof SandboxEntry>;

/** A command that the user named for reviewers. */
export interface CommandSetting {
  name: string;
  /** For the shell. */
  run: string;
  timeoutSeconds: number;
}

export interface SandboxSettings {
  /** `to` null: at its own place. */
  caches: readonly { from: string; to: string | null }[];
  /** null: the default for this machine. */
  memoryMegabytes: number | null;
  diskMegabytes: number | null;
  processes: number | null;
}

const defaultTimeoutSeconds = 300;

export function commandSettings(entries: CommandEntries = {}): CommandSetting[] {
  return Object.entries(entries).map(([name, entry]) =>
    typeof entry === 'string'
      ? { name, run: entry, timeoutSeconds: defaultTimeoutSeconds }
      : { name, run: entry.run, timeoutSeconds: entry.timeoutSeconds ?? defaultTimeoutSeconds },
  );
}

export function sandboxSettings(entry: SandboxEntry = {}): SandboxSettings {
  return {
    caches: (entry.caches ?? []).map((cache) =>
      typeof cache === 'string' ? { from: cache, to: null } : { from: cache.from, to: cache.to ?? null },
    ),
    memoryMegabytes: entry.memoryMegabytes ?? null,
    diskMegabytes: entry.diskMegabytes ?? null,
    processes: entry.processes ?? null,
  };
}
