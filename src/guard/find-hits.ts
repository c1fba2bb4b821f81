import type { Change, FileDiff } from '../domain/change.ts';
import { findSecrets, isKeyBody, maskSecrets, opensPrivateKey } from '../domain/secret-shapes.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import type { FilePatch } from '../git/patch/patch.ts';
import { type AddedLine, type AddedRun, type AddedText, addedText, firstChange } from './added-text.ts';
import { type AddressedTextContext, findAddressedText, findHiddenComments } from './addressed-text.ts';
import { findBrokenEncoding } from './broken-encoding.ts';
import { isGuidance, isProse, isRendered, isTranslation } from './file-kind.ts';
import { findHiddenCharacters } from './hidden-characters.ts';
import type { Hit, Observation } from './hit.ts';
import { findLookAlikes } from './look-alikes.ts';
import { guidesReviewers, hiddenBy, isAttributesFile } from './review-settings.ts';

/** Characters of a line that a quote shows, around the place. */
const shownLength = 200;

/** What the rules find in the lines a change adds to one file. */
export function findHitsInFile(file: FileDiff, patch: FilePatch, change: Change): Hit[] {
  const added = addedText(patch);
  const { path } = added;
  return [
    ...added.runs.flatMap((run) => run.lines.flatMap((line) => findInLine(path, line))),
    ...added.runs.flatMap((run) => findInRun(path, run)),
    ...findKeys(added),
    ...findBrokenEncoding(added).map((number) =>
      hitAt(path, number, '', { rule: 'broken-encoding', at: 0, detail: 'bytes that are no character' }),
    ),
    ...findHidingAttributes(added, change),
    ...(guidesReviewers(path) || guidesReviewers(file.oldPath ?? path) ? [changesGuidance(file, patch)] : []),
  ];
}

/** What the rules find in a text of people: a title, a description, a message, a comment, a name. */
export function findHitsInText(text: string, about: string): Hit[] {
  const context: AddressedTextContext = { source: 'people', prose: true, guidance: false };
  const characters = { startsFile: false, prose: true, translation: false };
  const place = { kind: 'text' as const, about };
  const observed = text
    .split('\n')
    .flatMap((line) =>
      [...findHiddenCharacters(line, characters), ...findLookAlikes(line), ...secretsIn(line)].map(
        (one): Hit => ({ rule: one.rule, detail: one.detail, place, quote: quoteAround(line, one.at) }),
      ),
    );
  const spoken = [...findHiddenComments(text), ...findAddressedText(readable(text), context)].map(
    (one): Hit => ({
      rule: one.rule,
      detail: one.detail,
      place,
      quote: quoteAround(lineAt(text, one.at), 0),
    }),
  );
  return [...observed, ...spoken];
}

function findInLine(path: string, line: AddedLine): Hit[] {
  if (!/[^\x20-\x7e\t]|AKIA|ASIA|gh[pousr]_|github_pat_|sk-|AIza|eyJ/.test(line.text)) return [];
  const context = {
    startsFile: line.number === 1,
    prose: isProse(path),
    translation: isTranslation(path),
  };
  return [
    ...findHiddenCharacters(line.text, context),
    ...findLookAlikes(line.text),
    ...secretsIn(line.text),
  ].map((one) => hitAt(path, line.number, line.text, one));
}

/** Lines are read together: a sentence may go on in the next one, behind the comment's mark. */
function findInRun(path: string, run: AddedRun): Hit[] {
  const whole = run.lines.map(({ text }) => text).join('\n');
  const lines = run.lines.map(({ text }) => readable(text).replace(commentMark, ''));
  const text = lines.join('\n');
  const prose = isProse(path) || run.lines.some((line) => commentMark.test(line.text));
  const context: AddressedTextContext = { source: 'file', prose, guidance: isGuidance(path) };
  const find = (joined: string, all: Observation[]) =>
    all.map((one) => {
      const line = run.lines[joined.slice(0, one.at).split('\n').length - 1];
      return hitAt(path, line?.number ?? 1, line?.text ?? '', { ...one, at: 0 });
    });
  const hidden = isRendered(path) ? find(whole, findHiddenComments(whole)) : [];
  const lineOf = ({ place }: Hit) => (place.kind === 'file' ? place.location.startLine : 0);
  const known = new Set(hidden.map(lineOf));
  // What a comment that is not shown says is said once.
  return [
    ...find(text, findAddressedText(text, context)).filter((hit) => !known.has(lineOf(hit))),
    ...hidden,
  ];
}

const commentMark = /^\s*(?:\/\/+!?|#+|\*+(?!\/)|\/\*+|<!--|--|;+|%+|>+|"""|''')\s?/;

/** Without what hides a sentence from those who look for it: odd blanks, invisible characters, entities. */
function readable(text: string): string {
  if (!/[^\x20-\x7e\n\t]|&#/.test(text)) return text;
  return text
    .replace(/&#(?:x([0-9a-fA-F]{2,5})|(\d{2,6}));/g, (whole, hex?: string, decimal?: string) => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code < 0x110000 ? String.fromCodePoint(code) : whole;
    })
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/[^\S\n\t]/g, ' ');
}

function secretsIn(line: string): Observation[] {
  return findSecrets(line).map(({ name, start, shown }) => ({
    rule: 'secret',
    at: start,
    detail: `${name}, beginning with ${shown.slice(0, 4)}`,
  }));
}

function findKeys({ path, runs }: AddedText): Hit[] {
  return runs.flatMap(({ lines }) =>
    lines.flatMap((line, index) => {
      if (!opensPrivateKey(line.text)) return [];
      const next = lines[index + 1];
      const inline = maskSecrets(line.text) !== line.text;
      if (!inline && (next === undefined || !isKeyBody(next.text))) return [];
      return [
        hitAt(path, line.number, line.text, { rule: 'secret', at: 0, detail: 'a private key in PEM form' }),
      ];
    }),
  );
}

function findHidingAttributes({ path, runs }: AddedText, change: Change): Hit[] {
  if (!isAttributesFile(path)) return [];
  return runs.flatMap(({ lines }) =>
    lines.flatMap((line) => {
      const hidden = hiddenBy(line.text, path, change.files);
      if (hidden.length === 0) return [];
      const more = hidden.length > 3 ? ` and ${hidden.length - 3} more` : '';
      const detail = `covers ${hidden.slice(0, 3).map(makeVisibleLine).join(', ')}${more}`;
      return [hitAt(path, line.number, line.text, { rule: 'hides-code', at: 0, detail })];
    }),
  );
}

function changesGuidance(file: FileDiff, patch: FilePatch): Hit {
  const first = firstChange(patch);
  const path = first?.side === 'base' ? (file.oldPath ?? file.path) : file.path;
  const rule = 'guides-reviewers' as const;
  if (first === null) {
    const about = `the file ${makeVisibleLine(file.path)}`;
    return { rule, detail: file.status, place: { kind: 'text', about }, quote: makeVisibleLine(file.path) };
  }
  const location = { path, startLine: first.range.start, endLine: first.range.end, side: first.side };
  return { rule, detail: file.status, place: { kind: 'file', location }, quote: quoteAround(first.text, 0) };
}

function hitAt(path: string, number: number, line: string, { rule, at, detail }: Observation): Hit {
  const location = { path, startLine: number, endLine: number, side: 'head' as const };
  return { rule, detail, place: { kind: 'file', location }, quote: quoteAround(line, at) };
}

/** The line, or the part of a long one that is meant, as it may be shown. */
function quoteAround(line: string, at: number): string {
  const masked = maskSecrets(line);
  const from = masked.length <= shownLength ? 0 : Math.max(0, Math.min(at, masked.length) - shownLength / 4);
  const part = masked.slice(from, from + shownLength).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '');
  return part.split('\t').map(makeVisibleLine).join('\t');
}

function lineAt(text: string, at: number): string {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  return text.slice(start, end < 0 ? text.length : end);
}
