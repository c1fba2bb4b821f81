import * as z from 'zod';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { DeepReviewError } from '../errors.ts';
import type { ToolDefinition } from '../provider/language-model.ts';

export interface ToolAnswer {
  /** What the model is told; hidden characters are made visible by whoever sends it. */
  text: string;
  isError: boolean;
  /** The call was not understood at all: it counts against a limit of its own. */
  badArguments?: boolean;
  /** Changed files, by their path in the change, whose content this answer shows. */
  opened?: readonly string[];
  /** The session is over with this answer. */
  ends?: boolean;
}

export interface ToolCallContext {
  signal: AbortSignal;
}

/**
 * Something a model can call. A failure is an answer with `isError`, never an exception; `execute` rejects only with
 * the signal's reason when it was aborted.
 */
export interface AgentTool {
  readonly definition: ToolDefinition;
  /** `read` calls of one turn run beside each other; `report` calls after them, in the order of the calls. */
  readonly access: 'read' | 'report';
  /** How long one call may take, in milliseconds; absent: as long as any other tool. */
  readonly timeoutMs?: number;
  execute(argumentValues: Record<string, unknown>, context: ToolCallContext): Promise<ToolAnswer>;
}

interface ToolParts<Schema extends z.ZodObject> {
  name: string;
  /** Markdown for the model. */
  description: string;
  access: 'read' | 'report';
  schema: Schema;
}

export interface CheckedToolParts<Schema extends z.ZodObject> extends ToolParts<Schema> {
  /** `schema` reads the arguments: lenient (see argument-types.ts), and keys it does not name are ignored. */
  run(argumentValues: z.output<Schema>, context: ToolCallContext): Promise<ToolAnswer>;
}

export interface RawToolParts extends ToolParts<z.ZodObject> {
  /** `schema` only tells the model what is wanted; whatever it wrote comes here. */
  runRaw(argumentValues: Record<string, unknown>, context: ToolCallContext): Promise<ToolAnswer>;
}

/**
 * Puts a tool together: JSON Schema from zod, untrusted arguments checked, what a repository or a sandbox
 * refuses made an answer; what nobody foresaw is thrown on.
 */
export function defineTool<Schema extends z.ZodObject>(
  parts: CheckedToolParts<Schema> | RawToolParts,
): AgentTool {
  const { name, description, access, schema } = parts;
  return {
    definition: { name, description, inputSchema: describeArguments(schema) },
    access,
    async execute(argumentValues, context) {
      context.signal.throwIfAborted();
      try {
        if ('runRaw' in parts) return await parts.runRaw(argumentValues, context);
        const parsed = parts.schema.safeParse(argumentValues);
        if (!parsed.success) return badArguments(name, describeIssues(parsed.error));
        return await parts.run(parsed.data, context);
      } catch (cause) {
        if (context.signal.aborted) throw context.signal.reason;
        // What nobody foresaw is a mistake of ours, not an answer: the review would go on upon it.
        if (!(cause instanceof DeepReviewError)) throw cause;
        return failed(explain(name, cause));
      }
    },
  };
}

/** Making one takes longer than most answers; every session has the same tools. */
const described = new WeakMap<z.ZodObject, Record<string, unknown>>();

/** JSON Schema of a tool's arguments, the same object each time. Defaults make a field optional for the model. */
export function describeArguments(schema: z.ZodObject): Record<string, unknown> {
  const known = described.get(schema);
  if (known !== undefined) return known;
  const made = z.toJSONSchema(schema, { io: 'input' });
  described.set(schema, made);
  return made;
}

export function told(text: string, more: Omit<ToolAnswer, 'text' | 'isError'> = {}): ToolAnswer {
  return { text, isError: false, ...more };
}

/** An answer that says what could not be done and how to do it instead. */
export function failed(text: string): ToolAnswer {
  return { text, isError: true };
}

/** The call was not understood: what is wrong with it, a sentence each. */
export function badArguments(tool: string, problems: readonly string[]): ToolAnswer {
  const shown = problems.slice(0, 10).map((problem) => `- ${makeVisibleLine(problem).slice(0, 500)}`);
  const text = [`${tool}: the arguments were not understood.`, ...shown].join('\n');
  return { text, isError: true, badArguments: true };
}

function describeIssues(error: z.ZodError): string[] {
  return error.issues.map(
    ({ path, message }) => `${path.length === 0 ? 'arguments' : path.map(String).join('.')}: ${message}`,
  );
}

function explain(tool: string, { message }: DeepReviewError): string {
  return `${tool}: the repository gave no answer: ${message.slice(0, 1000)}\nThis says nothing about the code. Try again once, or do without.`;
}
