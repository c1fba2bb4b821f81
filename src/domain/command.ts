import * as z from 'zod';
import { Side } from './location.ts';

/** Which limit ended a command: its time, the memory, the processes or the files it may have. */
export const KilledFor = z.enum(['time', 'memory', 'processes', 'files']);
export type KilledFor = z.infer<typeof KilledFor>;

/** How a command that the user named ended, at one side of the change. */
export const CommandResult = z.object({
  /** As in the user's configuration. */
  name: z.string(),
  at: Side,
  /** null when a limit ended it. */
  exitCode: z.int().nullable(),
  /** The signal that ended it, as its exit code tells; null for none. */
  signal: z.string().nullable(),
  timedOut: z.boolean(),
  /** null when it came to its own end. */
  killedFor: KilledFor.nullable(),
  output: z.object({
    /** stdout and stderr as they came, hidden characters made visible, a mark where the middle was left out. */
    text: z.string(),
    /** Bytes left out of the middle. */
    omittedBytes: z.int().min(0),
  }),
  /** Of the command alone, without making its copy of the files. */
  durationMs: z.number(),
  /** Files of the commit that the command did not get as they are, and why. */
  differences: z.array(z.string()),
});
export type CommandResult = z.infer<typeof CommandResult>;
