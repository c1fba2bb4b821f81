/** What stands for lines left out, alone on its line: dots, `[...]`, `<snip>`, `(omitted)`. */
const mark = String.raw`(?:\.{3,}|…+|⋮|⋯|\.\s\.\s\.|[[(<{]\s*(?:\.{3,}|…|(?:snip|snipped|omitted|elided|truncated|unchanged)\b[^\n]{0,80}?)\s*[\])>}])`;
const opener = String.raw`(?:\/\/+|#+|--|;+|%+|\{?\/\*+|<!--|\*|rem\b)`;
const closer = String.raw`(?:\*+\/\}?|-->)`;

const bareMark = new RegExp(String.raw`^${mark}(?:\s*\([^\n]*\))?$`, 'iu');
const commentedMark = new RegExp(
  String.raw`^${opener}\s*(?:${mark}|(?:snip|snipped|omitted|elided|truncated)\b)[^\n]*?${closer}?$`,
  'iu',
);

/**
 * Whether a line of a quote only says that lines are left out: `...`, `…`, `// ...`, `# ... (7 lines)`,
 * `/* ... *\/`, `[...]`, `<snip>`. A remark behind a commented mark counts as part of it.
 */
export function isElision(line: string): boolean {
  const text = line.trim();
  return text.length <= 200 && (bareMark.test(text) || commentedMark.test(text));
}
