import type { Change } from '../domain/change.ts';

/** `change.json`: laid out for people, each file of the change on one line, because a large one has very many hunks. */
export function printChange({ files, ...rest }: Change): string {
  const head = JSON.stringify(rest, null, 2).slice(0, -'\n}'.length);
  const lines = files.map((file) => `    ${JSON.stringify(file)}`);
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`;
  return `${head},\n  "files": ${list}\n}\n`;
}
