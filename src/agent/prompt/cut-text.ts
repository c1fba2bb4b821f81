import { makeVisible } from '../../domain/visible-text.ts';
import { count } from '../tools/line-text.ts';

/** A text's beginning, hidden characters visible, and how much is left out. */
export function cutText(text: string, length: number): string {
  const rest = text.length - length;
  if (rest <= 0) return makeVisible(text);
  return `${makeVisible(text.slice(0, length))}\n[${count(rest, 'more character')} left out]`;
}

export function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '    ');
}
