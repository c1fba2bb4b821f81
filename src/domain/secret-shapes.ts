/** Shapes by which keys and tokens give themselves away, and how much of one may be shown. */

export interface SecretMatch {
  /** What sort of secret: `a GitHub token`. */
  name: string;
  /** UTF-16 offsets in the text. */
  start: number;
  end: number;
  /** At most four characters of it, and a mark for the rest. */
  shown: string;
}

interface SecretShape {
  name: string;
  expression: RegExp;
  /** More that has to hold, where the shape alone is too common. */
  holds?: (text: string) => boolean;
}

const shapes: readonly SecretShape[] = [
  { name: 'an AWS access key id', expression: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])/g },
  { name: 'a GitHub token', expression: /(?<![A-Za-z0-9_])gh[pousr]_[A-Za-z0-9]{36,255}(?![A-Za-z0-9_])/g },
  {
    name: 'a GitHub token',
    expression: /(?<![A-Za-z0-9_])github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}(?![A-Za-z0-9_])/g,
  },
  {
    name: 'an Anthropic key',
    expression: /(?<![A-Za-z0-9_-])sk-ant-[A-Za-z0-9]{2,12}-[A-Za-z0-9_-]{32,200}/g,
  },
  {
    name: 'an OpenAI key',
    expression: /(?<![A-Za-z0-9_-])sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{32,250}/g,
  },
  { name: 'a Google API key', expression: /(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g },
  {
    name: 'a JSON Web Token',
    expression:
      /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{20,2000}/g,
    holds: hasTokenHeader,
  },
];

const anyShape = /AKIA|ASIA|gh[pousr]_|github_pat_|sk-ant-|sk-proj-|sk-svcacct-|sk-admin-|AIza|eyJ/;
const keyHeader = /-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH) )?PRIVATE KEY-----/;

/** All secrets of a text by their shapes, in order. What says of itself that it is a stand-in is none. */
export function findSecrets(text: string): SecretMatch[] {
  if (!anyShape.test(text)) return [];
  const found: SecretMatch[] = [];
  for (const { name, expression, holds } of shapes)
    for (const match of text.matchAll(expression)) {
      const [whole] = match;
      if (isStandIn(whole) || holds?.(whole) === false) continue;
      const start = match.index;
      found.push({ name, start, end: start + whole.length, shown: `${whole.slice(0, 4)}…` });
    }
  return found.sort((a, b) => a.start - b.start);
}

/** Whether a line opens a private key in PEM form; a key that is itself encrypted is none. */
export function opensPrivateKey(line: string): boolean {
  return keyHeader.test(line);
}

/** Whether a line is one of the lines of letters that a key in PEM form is made of. */
export function isKeyBody(line: string): boolean {
  return /^[\s"'+,]*[A-Za-z0-9+/]{40,}={0,2}(?:\\n)?[\s"'+,]*$/.test(line);
}

/** The text with no more than four characters of any secret left in it. */
export function maskSecrets(text: string): string {
  let masked = '';
  let from = 0;
  for (const { start, end, shown } of findSecrets(text)) {
    if (start < from) continue;
    masked += text.slice(from, start) + shown;
    from = end;
  }
  const rest = masked + text.slice(from);
  return rest.replace(/(-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----)(?:\\n|\s)*[A-Za-z0-9+/=\\]{16,}/g, '$1…');
}

/** Says "example" or the like, or is made of few or evenly rising characters: nobody generated it. */
function isStandIn(text: string): boolean {
  if (/example|sample|dummy|fake|test|placeholder|redacted|your|xxxx|changeme|abcdefgh|12345678/i.test(text))
    return true;
  const body = text.slice(8);
  return new Set(body).size < Math.min(12, body.length / 2);
}

function hasTokenHeader(token: string): boolean {
  const [header = ''] = token.split('.');
  try {
    const value: unknown = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && 'alg' in value;
  } catch {
    return false;
  }
}
