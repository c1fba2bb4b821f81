const slashes = ['//', '/*', '{/*'];
const byExtension: readonly { extensions: RegExp; marks: readonly string[] }[] = [
  {
    extensions:
      /^(?:py|pyi|sh|bash|bats|ksh|zsh|rb|pl|yaml|yml|toml|r|jl|ex|exs|cmake|mk|make|tf|conf|cfg|dockerfile)$/,
    marks: ['#'],
  },
  { extensions: /^(?:sql|lua|hs|elm|ada|adb|vhd|vhdl)$/, marks: ['--', '/*'] },
  { extensions: /^(?:html|htm|xml|svg|md|markdown|vue|svelte)$/, marks: ['<!--', '//', '/*'] },
  { extensions: /^(?:ini|asm|s|lisp|el|clj|cljs|scm|rkt)$/, marks: [';', '#'] },
  { extensions: /^(?:tex|erl|hrl|m)$/, marks: ['%'] },
  {
    extensions:
      /^(?:c|cc|cpp|cxx|h|hh|hpp|cs|css|dart|go|groovy|java|js|jsx|cjs|mjs|kt|kts|less|m|mm|proto|rs|scala|scss|swift|ts|tsx|cts|mts|zig)$/,
    marks: slashes,
  },
];

/** What begins a comment in a file of that name; both usual marks where the name says nothing. */
export function commentMarks(path: string): readonly string[] {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const extension = name.slice(name.lastIndexOf('.') + 1);
  return byExtension.find((one) => one.extensions.test(extension))?.marks ?? ['//', '/*', '#'];
}
