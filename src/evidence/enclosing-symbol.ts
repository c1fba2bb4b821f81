import { type Language, parseSource, type SgNode } from './languages.ts';

export interface SymbolQuestion {
  language: Language;
  text: string;
  /** From 1. */
  line: number;
}

/**
 * The function, method or type around a line, outer names first: `Cart.Add`, `Cart.add.retry`, `test: it adds`.
 * Empty outside of any, beyond the text, and when the text could not be parsed.
 */
export async function enclosingSymbol({ language, text, line }: SymbolQuestion): Promise<string> {
  if (!Number.isInteger(line) || line < 1) return '';
  const root = await parseSource(language, text);
  if (root === null) return '';
  const lines = text.split('\n');
  const names: string[] = [];
  let node: SgNode | undefined = root.root();
  while (node !== undefined) {
    const name = nameOf(node, language, lines);
    if (name !== '' && name !== names.at(-1)) names.push(name);
    node = childAround(node, line - 1);
  }
  return names.join('.');
}

/** The child that spans the line; of several on one line the one that goes on longest. */
function childAround(node: SgNode, line: number): SgNode | undefined {
  let best: SgNode | undefined;
  let longest = -1;
  for (const child of node.children()) {
    const { start, end } = child.range();
    if (start.line > line) break;
    if (end.line < line || (end.line === line && end.column === 0 && start.line < line)) continue;
    const length = end.index - start.index;
    if (length > longest) [best, longest] = [child, length];
  }
  return best;
}

const named: Record<Language, ReadonlySet<string>> = {
  bash: new Set(['function_definition']),
  css: new Set(),
  go: new Set(['function_declaration', 'method_declaration', 'type_spec', 'type_alias']),
  html: new Set(),
  javascript: scriptKinds(),
  python: new Set(['function_definition', 'class_definition']),
  tsx: scriptKinds(),
  typescript: scriptKinds(),
};

function scriptKinds(): Set<string> {
  return new Set([
    'function_declaration',
    'generator_function_declaration',
    'function_signature',
    'class_declaration',
    'abstract_class_declaration',
    'class',
    'method_definition',
    'method_signature',
    'abstract_method_signature',
    'interface_declaration',
    'type_alias_declaration',
    'enum_declaration',
    'internal_module',
    'module',
    'function_expression',
  ]);
}

/** Values that give the name of what they are assigned to. */
const functionLike = new Set([
  'arrow_function',
  'function_expression',
  'generator_function',
  'class',
  'func_literal',
  'call_expression',
  'object',
]);

function nameOf(node: SgNode, language: Language, lines: readonly string[]): string {
  const kind = String(node.kind());
  if (kind === 'method_declaration' && language === 'go') return goMethod(node);
  if (language === 'bash' && kind === 'function_definition') return shellFunction(node, lines);
  if (named[language].has(kind)) return node.field('name')?.text() ?? '';
  if (kind === 'variable_declarator' || kind === 'public_field_definition' || kind === 'field_definition')
    return assignedName(node, 'name', 'property');
  if (kind === 'pair') return assignedName(node, 'key');
  return '';
}

/** `Cart.Add` for `func (c *Cart[T]) Add`. */
function goMethod(node: SgNode): string {
  const receiver = /([\p{L}_][\p{L}\p{N}_]*)\s*(?:\[[^\]]*\])?\s*\)$/u.exec(
    node.field('receiver')?.text() ?? '',
  );
  const name = node.field('name')?.text() ?? '';
  return receiver?.[1] === undefined ? name : `${receiver[1]}.${name}`;
}

/** A bats test goes by its description: the tree has only a stand-in for it. */
function shellFunction(node: SgNode, lines: readonly string[]): string {
  const line = lines[node.range().start.line] ?? '';
  const description = /^\s*@test\s+(.+?)\s*\{\s*$/.exec(line)?.[1];
  if (description === undefined) return node.field('name')?.text() ?? '';
  return `test: ${description.replace(/^(["'])(.*)\1$/, '$2')}`;
}

function assignedName(node: SgNode, ...fields: readonly string[]): string {
  const value = node.field('value');
  if (value === null || !functionLike.has(String(value.kind()))) return '';
  if (value.is('call_expression') && !/=>|\bfunction\b/.test(value.text().slice(0, 2000))) return '';
  for (const field of fields) {
    const name = node.field(field);
    if (name !== null) return name.text();
  }
  return '';
}
