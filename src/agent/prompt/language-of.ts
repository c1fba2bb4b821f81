import { languageForPath } from '../../evidence/languages.ts';

/** Languages that a list of what to look for can be made for. */
export const languages = [
  'c',
  'cpp',
  'csharp',
  'css',
  'go',
  'html',
  'java',
  'javascript',
  'kotlin',
  'php',
  'python',
  'ruby',
  'rust',
  'scala',
  'shell',
  'sql',
  'swift',
  'typescript',
] as const;
export type LanguageName = (typeof languages)[number];

const parsed: Record<string, LanguageName> = { bash: 'shell', tsx: 'typescript' };

const byExtension: Record<string, LanguageName> = {
  c: 'c',
  cc: 'cpp',
  cpp: 'cpp',
  cs: 'csharp',
  cxx: 'cpp',
  h: 'c',
  hpp: 'cpp',
  java: 'java',
  kt: 'kotlin',
  kts: 'kotlin',
  less: 'css',
  php: 'php',
  rb: 'ruby',
  rs: 'rust',
  scala: 'scala',
  scss: 'css',
  sql: 'sql',
  svelte: 'typescript',
  swift: 'swift',
  vue: 'typescript',
  zsh: 'shell',
};

/** The language of a file by its name; null when it is none of these. */
export function languageOf(path: string): LanguageName | null {
  const known = languageForPath(path);
  if (known !== null) return parsed[known] ?? languages.find((name) => name === known) ?? null;
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return Object.hasOwn(byExtension, extension) ? (byExtension[extension] ?? null) : null;
}
