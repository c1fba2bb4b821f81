import { createHash } from 'node:crypto';
import { InternalError } from '../../errors.ts';
import type { Templates } from '../templates.ts';

/** What every page brings along: its stylesheet, its script, and the policy that allows nothing else. */
export function describePage({
  stylesheet,
  script,
}: Pick<Templates, 'stylesheet' | 'script'>): Record<string, string> {
  if (/<\/style/i.test(stylesheet) || /<\/script|<!--/i.test(script))
    throw new InternalError('The stylesheet or the script would end its own element.');
  return { stylesheet, script, contentSecurityPolicy: describePolicy(stylesheet, script) };
}

/** Everything is forbidden but this very stylesheet, this very script, and pictures that are part of the page. */
function describePolicy(stylesheet: string, script: string): string {
  return [
    "default-src 'none'",
    `style-src '${digest(stylesheet)}'`,
    `script-src '${digest(script)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
