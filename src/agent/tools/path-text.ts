import { makeVisibleLine } from '../../domain/visible-text.ts';

const longestShown = 500;

/** A path, or anything else on one line, as a model sees it; tools understand it when it comes back. */
export function show(text: string): string {
  return makeVisibleLine(text.length > longestShown ? `${text.slice(0, longestShown)}…` : text);
}

export function withoutDotSlash(path: string): string {
  return path.replace(/^(?:\.\/+)+/, '');
}
