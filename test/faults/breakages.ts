/** One place of the program broken on purpose, and the rows that must see it. */
export interface Breakage {
  /** What is missing then. */
  name: string;
  /** In `src/`. */
  file: string;
  /** Occurs exactly once in the file. */
  find: string;
  replacement: string;
  /** Parts of row names, as `--only` takes them: every row chosen by them must turn red. */
  rows: readonly string[];
}

export const breakages: readonly Breakage[] = [
  {
    name: 'no idle limit',
    file: 'provider/watchdog.ts',
    find: "arm('idle', limits.idleMs);",
    replacement: '',
    rows: ['F20 the stream stalls, once'],
  },
  {
    name: 'an error within the stream is passed over',
    file: 'provider/google/model.ts',
    find: 'if (fault !== null) throw fault;',
    replacement: '',
    rows: ['F19 an error event that the SDK passes over'],
  },
];
