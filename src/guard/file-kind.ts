import type { FileDiff } from '../domain/change.ts';

/** Text for people, where soft hyphens and the like are ordinary typography. */
export function isProse(path: string): boolean {
  return /\.(?:md|mdx|markdown|rst|adoc|txt|html?|xhtml|tex|org|po|pot|xliff?|properties|strings|stringsdict|arb|ftl|resx|json|ya?ml|xml|csv|tsv|srt|vtt)$/i.test(
    path,
  );
}

/** Documents that are shown rendered: a comment in one is seen by nobody who reads the result. */
export function isRendered(path: string): boolean {
  return /\.(?:md|mdx|markdown|rst|adoc|html?|xhtml|org)$/i.test(path);
}

/** Files of translated texts. */
export function isTranslation(path: string): boolean {
  return /(?:^|\/)(?:i18n|l10n|locales?|lang|langs|languages?|translations?|messages|intl)(?:\/|[._-])|\.(?:po|pot|ftl|arb|xliff?|strings|resx)$/i.test(
    path,
  );
}

/** Files that hold odd texts on purpose or that nobody wrote: what is found there is said once for all of them. */
export function isAside(file: FileDiff): boolean {
  return (
    file.generated ||
    file.vendored ||
    file.ignored === true ||
    /(?:^|\/)(?:tests?|__tests__|spec|specs|e2e|testdata|fixtures?|__fixtures__|__snapshots__|mocks?|__mocks__|examples?|corpus|golden|cases)\//i.test(
      file.path,
    ) ||
    /(?:[._-](?:test|spec|fixture)s?\.[a-z]+|_test\.[a-z]+|\.snap)$/i.test(file.path)
  );
}

/** Source code by its name. */
export function isSource(path: string): boolean {
  return /\.(?:[cm]?[jt]sx?|vue|svelte|go|py|pyi|rb|rs|java|kt|kts|scala|swift|[ch](?:pp|xx|c|h)?|cc|hh|m|mm|cs|fs|php|pl|pm|lua|sh|bash|zsh|ps1|sql|ex|exs|erl|hs|ml|clj|dart|r|jl|zig|nim|sol|tf|proto)$/i.test(
    path,
  );
}

/** Files that tell people and tools how to work here: telling reviewers what to do is what they are for. */
export function isGuidance(path: string): boolean {
  return /(?:^|\/)(?:AGENTS|CLAUDE|GEMINI|REVIEW|CONTRIBUTING|CODE_REVIEW)\.md$|(?:^|\/)deep-review-context\.md$|(?:^|\/)copilot-instructions\.md$|(?:^|\/)\.(?:cursorrules|windsurfrules)$|(?:^|\/)\.cursor\/rules\/|(?:^|\/)\.deep-review\.ya?ml$/i.test(
    path,
  );
}
