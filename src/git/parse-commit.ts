import type { Commit, ObjectId } from '../domain/change.ts';
import { GitError } from '../errors.ts';

/**
 * Reads a commit object. Names and messages are decoded by the encoding the commit names, else as UTF-8, and
 * never refused: bytes that fit nothing become U+FFFD. A date that is none is the epoch, as git shows it.
 */
export function parseCommit(sha: ObjectId, bytes: Buffer): Commit {
  const end = bytes.indexOf('\n\n');
  const headers = end < 0 ? bytes : bytes.subarray(0, end + 1);
  const message = end < 0 ? bytes.subarray(bytes.length) : bytes.subarray(end + 2);
  const decode = decoderFor(readHeader(headers, 'encoding')?.toString('latin1') ?? 'utf-8');
  const author = readHeader(headers, 'author');
  if (author === null) throw new GitError(`commit ${sha} is damaged: it names no author`);
  return { sha, ...splitMessage(decode(message)), ...readPerson(author, decode) };
}

/** Ids of the parents, in order; those of a root commit are none. */
export function parseParents(bytes: Buffer): ObjectId[] {
  const end = bytes.indexOf('\n\n');
  const headers = bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
  return [...headers.matchAll(/^parent ([0-9a-f]{40,64})$/gm)].map((match) => match[1] ?? '');
}

function readHeader(headers: Buffer, name: string): Buffer | null {
  const start = headers.indexOf(`\n${name} `);
  if (start < 0) return null;
  const from = start + name.length + 2;
  const end = headers.indexOf(10, from);
  return headers.subarray(from, end < 0 ? headers.length : end);
}

function decoderFor(label: string): (bytes: Buffer) => string {
  try {
    const decoder = new TextDecoder(label, { ignoreBOM: true });
    return (bytes) => decoder.decode(bytes);
  } catch {
    return decoderFor('utf-8');
  }
}

/** The subject is the first paragraph as one line, as git has it. */
function splitMessage(message: string): { subject: string; body: string } {
  const text = message.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
  const gap = /\n[ \t]*\n/.exec(text);
  const first = gap === null ? text : text.slice(0, gap.index);
  const rest = gap === null ? '' : text.slice(gap.index + gap[0].length);
  return {
    subject: first
      .split('\n')
      .map((line) => line.trim())
      .join(' '),
    body: rest.replace(/^(?:[ \t]*\n)+/, ''),
  };
}

/** `Name <email> seconds zone`; a name may hold anything but line feeds. */
function readPerson(line: Buffer, decode: (bytes: Buffer) => string): Pick<Commit, 'author' | 'authoredAt'> {
  const close = line.lastIndexOf('>');
  const open = line.lastIndexOf('<', close < 0 ? undefined : close);
  const date = /^ (\d+)(?: |$)/.exec(line.toString('latin1', close + 1));
  const seconds = Number(date?.[1] ?? 0);
  const time = new Date(seconds * 1000);
  return {
    author:
      open < 0 || close < 0
        ? { name: decode(line).trim(), email: '' }
        : {
            name: decode(line.subarray(0, open)).trim(),
            email: decode(line.subarray(open + 1, close)).trim(),
          },
    authoredAt: (Number.isNaN(time.getTime()) ? new Date(0) : time).toISOString(),
  };
}
