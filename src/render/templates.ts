import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { InternalError } from '../errors.ts';

export type Helper = (...values: unknown[]) => unknown;

/** A compiled template: data in, text out. Throws for a field that the data does not have. */
export type Template = (view: object, helpers: Record<string, Helper>) => string;

export interface Templates {
  html: Template;
  /** The page of a report that others wrote, and the one over a folder of reports. */
  foreign: Template;
  index: Template;
  /** The box around a block of code, and the one around a patch, inside prose. */
  codeBox: Template;
  diffBox: Template;
  markdown: Template;
  summary: Template;
  /** What stands on the forge: the summary comment, one on a line, a finding in full, a check, a step's summary. */
  comment: Template;
  inline: Template;
  fullFinding: Template;
  check: Template;
  checkText: Template;
  stepSummary: Template;
  answer: Template;
  /** The reply to a comment on what is fixed. */
  fixed: Template;
  /** The reply to a comment on what a second look took out of the report. */
  withdrawn: Template;
  /** The one stylesheet and the one script of every page: the files of `styles/` and `scripts/`, joined by name. */
  stylesheet: string;
  script: string;
}

type Environment = typeof Handlebars;

const loaded = new Map<string, Promise<Templates>>();

/** Reads and compiles the templates of a folder, once for each folder. Two environments that share nothing. */
export function loadTemplates(directory: string): Promise<Templates> {
  const known = loaded.get(directory) ?? readTemplates(directory);
  loaded.set(directory, known);
  known.catch(() => loaded.delete(directory));
  return known;
}

async function readTemplates(directory: string): Promise<Templates> {
  const html = await createEnvironment(join(directory, 'html'), requireEscapedHtml);
  const markdown = await createEnvironment(join(directory, 'markdown'), requireHelper);
  return {
    html: compile(html, await readTemplate(directory, 'report.html.hbs', requireEscapedHtml), false),
    foreign: compile(html, await readTemplate(directory, 'foreign.html.hbs', requireEscapedHtml), false),
    index: compile(html, await readTemplate(directory, 'index.html.hbs', requireEscapedHtml), false),
    codeBox: compile(html, await readTemplate(directory, 'html/block.hbs', requireEscapedHtml), false),
    diffBox: compile(html, await readTemplate(directory, 'html/diff.hbs', requireEscapedHtml), false),
    markdown: compile(markdown, await readTemplate(directory, 'report.md.hbs', requireHelper), true),
    summary: compile(markdown, await readTemplate(directory, 'summary.md.hbs', requireHelper), true),
    comment: compile(markdown, await readTemplate(directory, 'comment.md.hbs', requireHelper), true),
    inline: compile(markdown, await readTemplate(directory, 'inline.md.hbs', requireHelper), true),
    fullFinding: compile(markdown, await readTemplate(directory, 'full-finding.md.hbs', requireHelper), true),
    check: compile(markdown, await readTemplate(directory, 'check.md.hbs', requireHelper), true),
    checkText: compile(markdown, await readTemplate(directory, 'check-text.md.hbs', requireHelper), true),
    stepSummary: compile(markdown, await readTemplate(directory, 'step-summary.md.hbs', requireHelper), true),
    answer: compile(markdown, await readTemplate(directory, 'answer.md.hbs', requireHelper), true),
    withdrawn: compile(markdown, await readTemplate(directory, 'withdrawn.md.hbs', requireHelper), true),
    fixed: compile(markdown, await readTemplate(directory, 'fixed.md.hbs', requireHelper), true),
    stylesheet: await readJoined(join(directory, 'styles'), '.css'),
    script: `(() => {\n${await readJoined(join(directory, 'scripts'), '.js')}})();\n`,
  };
}

/** The files of a folder with this ending, one behind the other in the order of their names. */
async function readJoined(directory: string, ending: string): Promise<string> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(ending)).toSorted();
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
  return texts.join('\n');
}

type Check = (source: string, name: string) => void;

/** An environment of its own with every partial of a folder. */
async function createEnvironment(directory: string, check: Check): Promise<Environment> {
  const environment = Handlebars.create();
  for (const name of ['if', 'each', 'with']) requireField(environment, name);
  for (const name of (await readdir(directory)).toSorted()) {
    if (!name.endsWith('.hbs')) continue;
    environment.registerPartial(name.replace(/\.hbs$/, ''), await readTemplate(directory, name, check));
  }
  return environment;
}

async function readTemplate(directory: string, name: string, check: Check): Promise<string> {
  const source = await readFile(join(directory, name), 'utf8');
  check(source, name);
  return source;
}

function compile(environment: Environment, source: string, noEscape: boolean): Template {
  const template = environment.compile(source, { strict: true, noEscape });
  return (view, helpers) =>
    template(view, {
      helpers: Object.fromEntries(
        Object.entries(helpers).map(([name, helper]) => [name, dropOptions(name, helper)]),
      ),
      allowProtoPropertiesByDefault: false,
      allowProtoMethodsByDefault: false,
    });
}

/** Strict mode looks at plain values only: what stands in a helper or a block must be looked at by us. */
function requireField(environment: Environment, name: string): void {
  const helper: unknown = environment.helpers[name];
  if (typeof helper !== 'function') throw new InternalError(`Handlebars has no helper ${name}.`);
  environment.registerHelper(name, function (this: unknown, ...values: unknown[]) {
    requireDefined(values, name);
    return helper.apply(this, values);
  });
}

/** Handlebars adds an options object behind the arguments of the template. */
function dropOptions(name: string, helper: Helper): Helper {
  return (...values) => {
    const given = values.slice(0, -1);
    requireDefined(given, name);
    return helper(...given);
  };
}

function requireDefined(values: readonly unknown[], name: string): void {
  if (values.includes(undefined))
    throw new InternalError(`A template hands ${name} a field that the data does not have.`);
}

/** Every value goes through one of our helpers: they alone know what a place allows, and show hidden characters. */
function requireHelper(source: string, name: string): void {
  visitMustaches(source, (mustache) => {
    if (mustache.params.length === 0)
      throw new InternalError(`${name}:${mustache.loc.start.line} prints a value without a helper.`);
  });
}

/** As above; and Handlebars escapes what the helper returns unless that says itself that it is markup. */
function requireEscapedHtml(source: string, name: string): void {
  requireHelper(source, name);
  visitMustaches(source, (mustache) => {
    if (!mustache.escaped)
      throw new InternalError(`${name}:${mustache.loc.start.line} prints a value without escaping.`);
  });
}

function visitMustaches(source: string, visit: (mustache: hbs.AST.MustacheStatement) => void): void {
  const visitor = new Handlebars.Visitor();
  const descend = visitor.MustacheStatement.bind(visitor);
  visitor.MustacheStatement = (mustache) => {
    visit(mustache);
    descend(mustache);
  };
  visitor.accept(Handlebars.parse(source));
}
