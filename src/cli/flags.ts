/** One flag of the command line. The help text, the parser and the README's table are made of these. */
export interface Flag {
  /** Without the dashes. */
  name: string;
  /** Single letter, where there is one. */
  short?: string;
  /** What stands behind it in the help; absent for a switch. */
  value?: string;
  repeatable?: boolean;
  text: string;
}

export const targetFlags: readonly Flag[] = [
  { name: 'range', value: 'A..B', text: 'review what B has over its common ancestor with A' },
  { name: 'base', value: 'REV', text: 'what the change starts from (default: the main branch)' },
  { name: 'head', value: 'REV', text: 'what is reviewed (default: HEAD)' },
  { name: 'commit', value: 'REV', text: 'review one commit against its first parent' },
  { name: 'staged', text: 'review what is staged' },
  { name: 'dirty', text: 'review the work tree, with untracked files that are not ignored' },
  {
    name: 'repo',
    value: 'OWNER/NAME',
    text: 'repository of a pull request given by number (default: that of "origin")',
  },
];

export const reviewFlags: readonly Flag[] = [
  ...targetFlags,
  { name: 'reviewers', value: 'IDS', text: 'who reviews, separated by commas; "checks" needs no key' },
  { name: 'model', value: 'ID=MODEL', repeatable: true, text: 'another model for a reviewer' },
  { name: 'effort', value: 'ID=LEVEL', repeatable: true, text: 'another effort for a reviewer' },
  { name: 'sarif', value: 'FILE', repeatable: true, text: 'take another tool’s results as findings' },
  {
    name: 'deps',
    value: 'DIR',
    repeatable: true,
    text: 'let reviewers read this folder with sources of dependencies',
  },
  {
    name: 'config',
    value: 'FILE',
    text: 'your own configuration (default: config.yml in the config folder)',
  },
  { name: 'no-config', text: 'read no configuration file, neither yours nor the repository’s' },
  { name: 'out', value: 'DIR', text: 'where runs are kept (default: reports/)' },
  {
    name: 'fail-on',
    value: 'SEVERITY',
    text: 'critical, important, suggestion or never (default: critical)',
  },
  {
    name: 'max-cost',
    value: 'USD',
    text: 'most that a run may cost, in place of budget.usd (default: 15)',
  },
  {
    name: 'timeout',
    value: 'MINUTES',
    text: 'most time for what is paid, in place of budget.minutes (default: 45)',
  },
  {
    name: 'post',
    value: 'PARTS',
    text: 'post to the pull request: summary, inline, check, separated by commas',
  },
  { name: 'dry-run', text: 'print what would be sent to whom, and what it might cost; send nothing' },
  { name: 'fresh', text: 'start anew instead of continuing an unfinished run' },
  { name: 'full', text: 'in a later round, look at the whole change, not first at what is new' },
  { name: 'replay', value: 'RUN', text: 'let the models of a recorded run say again what they said' },
  { name: 'from', value: 'STAGE', text: 'do this stage and those after it again' },
];

export const outputFlags: readonly Flag[] = [
  { name: 'json', text: 'print the outcome as JSON' },
  { name: 'quiet', short: 'q', text: 'print no progress' },
  { name: 'verbose', short: 'v', text: 'print every step' },
  { name: 'no-color', text: 'print without colours' },
  { name: 'help', short: 'h', text: 'print this help' },
  { name: 'version', text: 'print the version' },
];

export interface Command {
  name: string;
  /** What follows the name, as in the help. */
  usage: string;
  text: string;
  /** How many words may follow the name. */
  words: { least: number; most: number };
  flags: readonly Flag[];
}

/** What of a review's flags decides what its reviewers are told. */
const contextFlags: readonly string[] = [
  ...targetFlags.map((flag) => flag.name),
  'reviewers',
  'model',
  'effort',
  'sarif',
  'deps',
  'config',
  'no-config',
  'out',
  'full',
];

/** What of a review's flags there is where a finished run is looked at again. */
const againFlags: readonly string[] = [
  ...['sarif', 'deps', 'config', 'no-config', 'fail-on', 'max-cost', 'timeout', 'post'],
];

export const commands: readonly Command[] = [
  {
    name: 'review',
    usage: '[PR] [flags]',
    text: 'review a change and write a report (the default)',
    words: { least: 0, most: 1 },
    flags: reviewFlags,
  },
  {
    name: 'stage',
    usage: 'NAME [PR] --run DIR',
    text: 'do one stage: collect, review, reconcile, verify, render or publish',
    words: { least: 1, most: 2 },
    flags: [
      { name: 'run', value: 'DIR', text: 'the run directory; collect makes it' },
      { name: 'reviewer', value: 'ID', text: 'with review: this reviewer only' },
      ...reviewFlags.filter((flag) => !['out', 'dry-run', 'fresh', 'from', 'replay'].includes(flag.name)),
    ],
  },
  {
    name: 'render',
    usage: 'FILE',
    text: 'render a report.json again, or a Markdown report that others wrote',
    words: { least: 1, most: 1 },
    flags: [{ name: 'out', value: 'DIR', text: 'where to write (default: beside the report)' }],
  },
  {
    name: 'resolve',
    usage: 'RUN',
    text: 'take down what was done about the findings of a run',
    words: { least: 1, most: 1 },
    flags: [
      {
        name: 'from',
        value: 'FILE',
        text: 'decisions in a file, JSON or YAML (default: asked one by one)',
      },
    ],
  },
  {
    name: 'rerun',
    usage: 'RUN REVIEWER',
    text: 'ask one reviewer of a finished run anew; the others are kept',
    words: { least: 2, most: 2 },
    flags: reviewFlags.filter(({ name }) => againFlags.includes(name)),
  },
  {
    name: 'verify',
    usage: 'RUN FINDING',
    text: 'check one finding of a finished run anew; the others are kept',
    words: { least: 2, most: 2 },
    flags: reviewFlags.filter(({ name }) => againFlags.includes(name) && name !== 'sarif'),
  },
  {
    name: 'answer',
    usage: 'PR',
    text: 'answer what people ask in the comments of a pull request',
    words: { least: 1, most: 1 },
    flags: [
      ...targetFlags.filter(({ name }) => name === 'repo'),
      { name: 'run', value: 'DIR', text: 'whose report is explained (default: the newest made here)' },
      { name: 'out', value: 'DIR', text: 'where runs are kept (default: reports/)' },
      { name: 'post', text: 'write the answers (default: print what would be done)' },
    ],
  },
  {
    name: 'index',
    usage: '[DIR]',
    text: 'write a page over the runs and reports in DIR (default: reports/)',
    words: { least: 0, most: 1 },
    flags: [{ name: 'out', value: 'DIR', text: 'where to write index.html (default: that folder)' }],
  },
  {
    name: 'context',
    usage: 'show [PR] | apply RUN',
    text: 'print what reviewers would be told, or take over what RUN suggests',
    words: { least: 1, most: 2 },
    flags: [
      {
        name: 'choose',
        value: 'NUMBERS',
        text: 'with apply: suggestions to write, such as 1,3 (default: asked one by one)',
      },
      { name: 'reviewer', value: 'ID', text: 'which reviewer (default: the first that is a model)' },
      ...reviewFlags.filter((flag) => contextFlags.includes(flag.name)),
    ],
  },
  {
    name: 'doctor',
    usage: '',
    text: 'say what is ready, what is missing and what to do about it',
    words: { least: 0, most: 0 },
    flags: [
      { name: 'config', value: 'FILE', text: 'your own configuration' },
      { name: 'no-config', text: 'read no configuration file' },
      {
        name: 'repo',
        value: 'OWNER/NAME',
        text: 'repository on GitHub to look at (default: that of "origin")',
      },
    ],
  },
  {
    name: 'init',
    usage: '',
    text: 'write a workflow and a configuration into this repository',
    words: { least: 0, most: 0 },
    flags: [
      {
        name: 'recipe',
        value: 'NAME',
        text: 'same-repository (the default), fork, comment, fan-out or nightly',
      },
      { name: 'action', value: 'OWNER/REPO@COMMIT', text: 'the Action, where this is no release' },
    ],
  },
  {
    name: 'schema',
    usage: '[NAME]',
    text: 'print the JSON Schema of a format; without NAME, list the formats',
    words: { least: 0, most: 1 },
    flags: [],
  },
];

/** Exit codes and what they say; the README prints the same table. */
export const exitCodes: readonly { code: number; text: string }[] = [
  { code: 0, text: 'done, nothing at or above --fail-on' },
  { code: 1, text: 'done, findings at or above --fail-on' },
  { code: 2, text: 'the call or a configuration was wrong' },
  { code: 3, text: 'incomplete: too few reviewers came to their end, or the budget or the time ended one' },
  { code: 4, text: 'the tool failed, every reviewer did, or what was to be posted was not' },
  { code: 130, text: 'cancelled' },
];
