import { RE2JS } from 're2js';

/** A glob that is no pattern of its own is said so by this error's message. */
export class GlobError extends Error {}

export type PathFilter = (path: string) => boolean;

/**
 * A glob over whole paths: `*` and `?` within a name, `**` over folders, `[a-z]`, `{a,b}`, `\` before a character
 * that means itself. Without a slash it is matched against the name alone, with one at its end it means everything
 * below. Matching takes linear time whatever the glob is. Throws `GlobError`.
 */
export function compileGlob(glob: string): PathFilter {
  const trimmed = glob.replace(/^(?:\.?\/)+/, '');
  const whole = trimmed.endsWith('/') ? `${trimmed}**` : trimmed;
  const body = translate((whole.includes('/') ? whole : `**/${whole}`).replace(/(?<!\\)(?:\*\*\/)+/g, '**/'));
  try {
    const expression = RE2JS.compile(`(?s)\\A(?:${body})\\z`);
    return (path) => expression.test(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.slice(0, 300) : '';
    throw new GlobError(`the glob cannot be read: ${reason}`, { cause });
  }
}

function translate(glob: string): string {
  const closed = closedBraces(glob);
  let depth = 0;
  let text = '';
  for (let at = 0; at < glob.length; at += 1) {
    const character = glob[at] ?? '';
    if (character === '*') {
      const stars = /^\*+/.exec(glob.slice(at))?.[0].length ?? 1;
      const startsName = at === 0 || glob[at - 1] === '/';
      at += stars - 1;
      if (stars === 1 || !startsName) text += '[^/]*';
      else if (glob[at + 1] === '/') {
        text += '(?:[^/]+/)*';
        at += 1;
      } else text += '.*';
    } else if (character === '?') text += '[^/]';
    else if (character === '[') {
      const set = /^\[([!^]?)(\][^\]/]*|[^\]/]+)\]/.exec(glob.slice(at));
      if (set === null) text += '\\[';
      else {
        const inside = (set[2] ?? '').replace(/[[\]\\^&~]/g, '\\$&');
        text += set[1] === '' ? `[${inside}]` : `[^/${inside}]`;
        at += set[0].length - 1;
      }
    } else if (character === '{' && closed.has(at)) {
      text += '(?:';
      depth += 1;
    } else if (character === '}' && closed.has(at)) {
      text += ')';
      depth -= 1;
    } else if (character === ',' && depth > 0) text += '|';
    else if (character === '\\' && at + 1 < glob.length) {
      at += 1;
      text += RE2JS.quote(glob[at] ?? '');
    } else text += RE2JS.quote(character);
  }
  return text;
}

/** Offsets of the braces that have a partner. */
function closedBraces(glob: string): Set<number> {
  const open: number[] = [];
  const closed = new Set<number>();
  for (let at = 0; at < glob.length; at += 1) {
    if (glob[at] === '\\') at += 1;
    else if (glob[at] === '{') open.push(at);
    else if (glob[at] === '}') {
      const partner = open.pop();
      if (partner === undefined) continue;
      closed.add(partner);
      closed.add(at);
    }
  }
  return closed;
}
