/** What `--raw -z` and `--numstat -z` say of one file. Paths are bytes, one character each. */
export interface RawEntry {
  oldMode: string;
  newMode: string;
  oldOid: string;
  newOid: string;
  /** `A`, `M`, `D`, `R`, `C` or `T`. */
  status: string;
  oldPath: string;
  newPath: string;
}
export interface CountEntry {
  /** null for a binary. */
  additions: number | null;
  deletions: number | null;
  oldPath: string;
  newPath: string;
}

export function readRaw(output: string): RawEntry[] {
  return readEntries(output, (token, take) => {
    const match = /^:([0-7]{6}) ([0-7]{6}) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])[0-9]*$/.exec(token);
    if (match === null) throw new Error(`no raw entry: ${JSON.stringify(token)}`);
    const [, oldMode = '', newMode = '', oldOid = '', newOid = '', status = ''] = match;
    const oldPath = take();
    const newPath = status === 'R' || status === 'C' ? take() : oldPath;
    return { oldMode, newMode, oldOid, newOid, status, oldPath, newPath };
  });
}

export function readCounts(output: string): CountEntry[] {
  return readEntries(output, (token, take) => {
    const match = /^(?:([0-9]+)\t([0-9]+)|-\t-)\t(.*)$/s.exec(token);
    if (match === null) throw new Error(`no counts: ${JSON.stringify(token)}`);
    const [, added, removed, path = ''] = match;
    const oldPath = path === '' ? take() : path;
    const newPath = path === '' ? take() : path;
    return {
      additions: added === undefined ? null : Number(added),
      deletions: removed === undefined ? null : Number(removed),
      oldPath,
      newPath,
    };
  });
}

function readEntries<Entry>(output: string, read: (token: string, take: () => string) => Entry): Entry[] {
  const tokens = output.split('\0');
  if (tokens.pop() !== '') throw new Error('the output does not end in NUL');
  const entries: Entry[] = [];
  let at = 0;
  const take = () => {
    const token = tokens[at];
    at += 1;
    if (token === undefined) throw new Error('the output ends within an entry');
    return token;
  };
  while (at < tokens.length) entries.push(read(take(), take));
  return entries;
}
