import { RE2JS } from 're2js';
import { ConfigError } from '../errors.ts';
import { parseAnswerCommands } from '../pipeline.ts';
import type { Occasion, PullRequestFacts } from './read-event.ts';
import type { SkipSettings } from './read-inputs.ts';

export interface SkipReason {
  /** A stable word for the output `skipped`. */
  code:
    | 'no-pull-request'
    | 'closed'
    | 'draft'
    | 'bot'
    | 'label'
    | 'title'
    | 'author'
    | 'not-asked'
    | 'comment-author'
    /** What a comment asked was answered, and it asked for no review. */
    | 'answered';
  /** One line for people; it holds texts of others. */
  message: string;
}

/** Whose comments are looked into, where the input does not say; whether they may ask is then asked of GitHub. */
const trustedByDefault = ['OWNER', 'MEMBER', 'COLLABORATOR'];

/**
 * Why a pull request is not looked at; null when it is. On a comment the gate is who wrote the comment, not who opened
 * the pull request, and drafts, bots and titles are no hindrance: a person asked for it.
 */
export function reasonToSkip(occasion: Occasion, rules: SkipSettings): SkipReason | null {
  const { facts, comment, event, action } = occasion;
  if (comment !== null && event === 'issue_comment') {
    if (facts === null) return skip('no-pull-request', 'the comment is on an issue, not on a pull request');
    if (action !== 'created') return skip('not-asked', `the comment was ${action}, not written anew`);
    if (parseAnswerCommands(comment.body).length === 0)
      return skip('not-asked', 'the comment does not begin with a command such as /deep-review review');
    if (comment.isBot) return skip('comment-author', `a bot wrote the comment: ${comment.login}`);
    const allowed = rules.authorAssociations.length > 0 ? rules.authorAssociations : trustedByDefault;
    if (!allowed.includes(comment.association))
      return skip('comment-author', `${comment.login} (${comment.association}) may ask nothing`);
    return facts.isOpen ? null : skip('closed', 'the pull request is closed');
  }
  return facts === null ? null : reasonInFacts(facts, rules);
}

function reasonInFacts(facts: PullRequestFacts, rules: SkipSettings): SkipReason | null {
  const { author, labels, title } = facts;
  if (!facts.isOpen) return skip('closed', 'the pull request is closed');
  if (facts.isDraft && !rules.includeDrafts)
    return skip('draft', 'the pull request is a draft (include-drafts: true reviews drafts, too)');
  if (author.isBot && !isAllowedBot(author.login, rules.allowBots))
    return skip('bot', `a bot opened it: ${author.login} (allow-bots names those that are reviewed)`);
  const label = labels.find((name) => name.toLowerCase() === rules.skipLabel?.toLowerCase());
  if (label !== undefined) return skip('label', `it has the label ${label}`);
  if (rules.skipTitlePattern !== null && compile(rules.skipTitlePattern).matcher(title).find())
    return skip('title', `its title matches skip-title-pattern: ${title}`);
  if (rules.authorAssociations.length > 0 && !rules.authorAssociations.includes(author.association))
    return skip(
      'author',
      `${author.login} is ${author.association}; author-associations has ${rules.authorAssociations.join(', ')}`,
    );
  return null;
}

function isAllowedBot(login: string, allowed: readonly string[]): boolean {
  const name = login.toLowerCase();
  return allowed.some((one) => one === '*' || one === name || `${one}[bot]` === name);
}

/** Titles are of others: matched in time that grows with their length only. */
function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
  } catch (cause) {
    throw new ConfigError(`the input skip-title-pattern is no regular expression: ${pattern}`, {
      hint: 'look-around and back-references are not known',
      cause,
    });
  }
}

function skip(code: SkipReason['code'], message: string): SkipReason {
  return { code, message };
}
