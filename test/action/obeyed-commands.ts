/** The lines that a runner obeys in what was printed: none between `stop-commands` and its word. */
export function obeyed(text: string): string[] {
  let word: string | null = null;
  return text.split('\n').filter((line) => {
    const trimmed = line.trimStart();
    if (word !== null) {
      if (trimmed === `::${word}::`) word = null;
      return false;
    }
    word = /^::stop-commands::(\S+)$/.exec(trimmed)?.[1] ?? null;
    return word === null && (trimmed.startsWith('::') || line.includes('##['));
  });
}

/** Their names, each once. */
export function obeyedNames(text: string): string[] {
  return [...new Set(obeyed(text).map((line) => /^\s*::([\w-]+)/.exec(line)?.[1] ?? line))].sort();
}
