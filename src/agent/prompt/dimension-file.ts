import type { Document } from 'yaml';
import * as z from 'zod';
import { ConfigError } from '../../errors.ts';
import { compileGlob, GlobError } from '../tools/glob.ts';
import { fileKinds } from './file-kind.ts';
import { languages } from './language-of.ts';

const Glob = z.string().check((context) => {
  try {
    compileGlob(context.value);
  } catch (cause) {
    if (!(cause instanceof GlobError)) throw cause;
    context.issues.push({ code: 'custom', input: context.value, message: cause.message });
  }
});
const Words = z
  .array(
    z.string().regex(/^[a-z]+$/, 'a word is lower-case letters; retryCount is the words retry and count'),
  )
  .min(1);

/** One sort of change. All that it names must hold, and what it says of files and words, of the same files. */
const Trigger = z
  .strictObject({
    /** A changed file is in one of these languages. */
    languages: z.array(z.enum(languages)).min(1).optional(),
    /** A changed file is of one of these kinds. */
    kinds: z.array(z.enum(fileKinds)).min(1).optional(),
    /** A changed file's path, or its old one, matches one of these globs. */
    paths: z.array(Glob).min(1).optional(),
    /** What git says happened to a changed file. */
    statuses: z
      .array(z.enum(['added', 'modified', 'removed', 'renamed', 'copied', 'type-changed']))
      .min(1)
      .optional(),
    /** An added or removed line has one of these words, alone or within a name. */
    words: Words.optional(),
    /** The change has at least so many commits. */
    commits: z.int().min(1).optional(),
  })
  .refine((trigger) => Object.keys(trigger).length > 0, 'it names nothing');
export type Trigger = z.infer<typeof Trigger>;

const Head = z.strictObject({
  title: z.string().trim().min(1),
  /** Any of these; absent: every change. */
  when: z.array(Trigger).min(1).optional(),
});

/** One list of things to look for, and for which changes. */
export interface Dimension {
  /** The file's name. */
  name: string;
  title: string;
  /** It is for changes of any of these sorts; null: for all. */
  when: readonly Trigger[] | null;
  /** Markdown. */
  text: string;
}

/** A file of `context/dimensions/`: YAML between two lines of dashes, then Markdown. Throws `ConfigError`. */
export async function parseDimension(name: string, file: string): Promise<Dimension> {
  const match = /^---\n(.*?)\n---\n(.*)$/s.exec(file);
  if (match === null) throw malformed(name, 'it must begin with a head between two lines of ---');
  const { parseDocument } = await import('yaml');
  const document = parseDocument(match[1] ?? '', { schema: 'core', version: '1.2' });
  const problem = document.errors[0];
  if (problem !== undefined) throw malformed(name, `its head is no valid YAML: ${problem.message}`, problem);
  const parsed = Head.safeParse(contentOf(document, name));
  if (!parsed.success) throw malformed(name, explain(parsed.error), parsed.error);
  const text = (match[2] ?? '').trim();
  if (text === '') throw malformed(name, 'it says nothing');
  return { name, title: parsed.data.title, when: parsed.data.when ?? null, text };
}

/** Aliases are refused by the YAML library only when the content is asked for. */
function contentOf(document: Document, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    throw malformed(name, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function explain(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => `${path.length === 0 ? 'its head' : path.map(String).join('.')}: ${message}`)
    .join('; ');
}

function malformed(name: string, what: string, cause?: unknown): ConfigError {
  return new ConfigError(`the list "${name}" of what to look for cannot be read: ${what}`, {
    hint: 'context/README.md says what it is made of',
    cause,
  });
}
