import { isJson, type Json } from '../../model/json.ts';
import type { Answer, Call } from '../route.ts';
import { executeQuery } from './execute.ts';
import { type Document, type Operation, parseQuery, SyntaxProblem } from './parse.ts';
import { githubSchema } from './schema/github-schema.ts';
import { validateQuery } from './validate.ts';
import { variableProblems } from './variables.ts';

const allowedMutations = ['minimizeComment', 'resolveReviewThread'];

/** Answers a query as GitHub does: with 200 also where it says no. */
export async function answerGraphql(call: Call): Promise<Answer> {
  const { entry, body } = call;
  const failed = (...errors: Json[]): Answer => ({ status: 200, body: { errors } });
  if (typeof body.query !== 'string')
    return failed({ message: 'A query attribute must be specified and must be a string.' });
  const variables = body.variables ?? {};
  if (!isJson(variables)) return failed({ message: 'Variables must be an object.' });
  let document: Document;
  try {
    document = parseQuery(body.query);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return failed({ message: error.message, locations: [error.at] });
  }
  const operation = chosen(document, body.operationName);
  if (operation === null) return failed({ message: 'An operation name is required' });
  const roots = operation.selections.flatMap((one) => (one.kind === 'field' ? [one.name] : []));
  entry.operation = `graphql/${roots.join(' ')}`;
  if (operation.kind === 'mutation' && !roots.every((name) => allowedMutations.includes(name)))
    entry.forbidden = `mutation ${roots.join(' ')}`;
  const problems = validateQuery(githubSchema, document, operation);
  if (problems.length > 0) return failed(...problems.map((problem) => ({ ...problem })));
  const wrong = variableProblems(githubSchema, operation, variables);
  if (wrong.length > 0) return failed(...wrong.map((message) => ({ message })));
  const { data, errors } = await executeQuery({ schema: githubSchema, document, operation, variables, call });
  return { status: 200, body: errors.length === 0 ? { data } : { data, errors } };
}

function chosen(document: Document, name: unknown): Operation | null {
  if (typeof name === 'string') return document.operations.find((one) => one.name === name) ?? null;
  return document.operations.length === 1 ? (document.operations[0] ?? null) : null;
}
