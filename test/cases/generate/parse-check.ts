import { parse as parseYaml } from 'yaml';
import { languageForPath, parseSource, syntaxErrors } from '../../../src/evidence/languages.ts';

/** Kinds of files that are no code, and those without a grammar or a parser here. */
const plain =
  /\.(?:md|txt|sql|mod|sum|java|toml|xml|proto|env|gitattributes|csv)$|(?:^|\/)(?:\.gitattributes|LICENSE|Makefile)$/;

/** What is wrong with a file's syntax; null when it can be read. A file of no known kind is an error too. */
export async function syntaxProblem(path: string, text: string): Promise<string | null> {
  if (text.includes('⟦') || text.includes('⟧')) return 'it holds a marker';
  if (/^(?:<{7}|={7}|>{7})$/m.test(text)) return 'it holds the ends of an edit block';
  const language = languageForPath(path, text.split('\n', 1)[0]);
  if (language !== null) {
    const root = await parseSource(language, text);
    if (root === null) return 'it cannot be parsed';
    const errors = syntaxErrors(root);
    return errors === 0 ? null : `${errors} places are no ${language}`;
  }
  try {
    if (path.endsWith('.json')) JSON.parse(text);
    else if (/\.ya?ml$/.test(path)) parseYaml(text);
    else if (!plain.test(path)) return 'a file of no known kind';
    else if (path.endsWith('.java')) return unbalanced(text);
    return null;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

/** For a language without a grammar here: brackets outside strings and comments have to match. */
function unbalanced(text: string): string | null {
  const code = text.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '');
  const pairs: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
  const open: string[] = [];
  for (const [character] of code.matchAll(/[()[\]{}]/g)) {
    const partner = pairs[character];
    if (partner === undefined) open.push(character);
    else if (open.pop() !== partner) return `"${character}" closes nothing`;
  }
  return open.length === 0 ? null : `${open.length} brackets are not closed`;
}
