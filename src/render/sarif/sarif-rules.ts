import { Category } from '../../domain/vocabulary.ts';
import type { SarifRule } from './sarif-log.ts';

/** One rule for each category that occurs, in the categories' own order. */
export function listSarifRules(used: readonly Category[]): SarifRule[] {
  return Category.options.filter((category) => used.includes(category)).map(toRule);
}

/** Also the id of a result's rule. */
export function sarifRuleId(category: Category): string {
  return `deep-review/${category}`;
}

function toRule(category: Category): SarifRule {
  const { name, text } = categories[category];
  return {
    id: sarifRuleId(category),
    shortDescription: { text: name },
    fullDescription: { text },
    help: { text: `${text} ${help}` },
    properties: { tags: [category, 'code-review'] },
  };
}

const help =
  'Reviewers claimed it, what it quotes stands in the commit it names, and the report says who examined it and why it has its severity.';

const categories: Record<Category, { name: string; text: string }> = {
  correctness: { name: 'Correctness', text: 'The code does something else than it should.' },
  security: { name: 'Security', text: 'Somebody can do, read or change what they should not.' },
  concurrency: { name: 'Concurrency', text: 'It goes wrong when things happen at once or in another order.' },
  'error-handling': { name: 'Error handling', text: 'A failure is lost, misread or made worse.' },
  'data-loss': { name: 'Data loss', text: 'Data can be lost, damaged or overwritten.' },
  performance: { name: 'Performance', text: 'It costs more time, memory or requests than it needs to.' },
  api: { name: 'Interface', text: 'An interface breaks or misleads those who use it.' },
  build: { name: 'Build', text: 'Building, packaging or deploying goes wrong.' },
  testing: { name: 'Testing', text: 'A test is missing, or does not test what it says.' },
  documentation: { name: 'Documentation', text: 'What is written about the code is wrong or missing.' },
  maintainability: { name: 'Maintainability', text: 'The code is harder to change than it needs to be.' },
};
