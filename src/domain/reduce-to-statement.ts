const rank =
  'critical|important|suggestion|blocker|severe|major|minor|high|medium|low|nit|nitpick|warning|error|info|p[0-4]|[cis]\\d+';
const rankPrefix = new RegExp(
  `^\\s*(?:[[(]\\s*(?:${rank})(?:\\s+(?:severity|priority))?\\s*[\\])]\\s*[:–—-]?|(?:${rank})(?:\\s+(?:severity|priority))?\\s*[:–—-]\\s)\\s*`,
  'i',
);

/** A finding's title without the rank that some reviewers write before it. */
export function reduceToStatement(title: string): string {
  const statement = title.replace(rankPrefix, '');
  return statement === '' ? title : statement;
}
