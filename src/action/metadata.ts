/** One input or output of the Action. `action.yml` and the README's tables say the same, in the same words. */
export interface ActionField {
  name: string;
  text: string;
}

export interface ActionInput extends ActionField {
  /** As in `action.yml`; empty for none. */
  default: string;
}

export const actionInputs = [
  {
    name: 'mode',
    text: 'review, stage (one stage of a run), publish (post a finished run) or answer (comments)',
    default: 'review',
  },
  { name: 'pull-request', text: 'number of the pull request (default: the event’s)', default: '' },
  {
    name: 'github-token',
    text: 'token that reads, and writes what post says',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the runner fills it in
    default: '${{ github.token }}',
  },
  { name: 'anthropic-api-key', text: 'key of Anthropic', default: '' },
  { name: 'openai-api-key', text: 'key of OpenAI', default: '' },
  { name: 'gemini-api-key', text: 'key of Google’s Gemini', default: '' },
  { name: 'reviewers', text: 'who reviews, separated by commas (default: the configuration’s)', default: '' },
  { name: 'config', text: 'your own configuration, a path in the workspace', default: '' },
  { name: 'post', text: 'what is posted: summary, inline, check, or none', default: 'summary,inline,check' },
  { name: 'fail-on', text: 'fail at critical, important or suggestion, or never', default: 'never' },
  { name: 'fail-on-incomplete', text: 'fail when a review is incomplete, as in an outage', default: 'false' },
  { name: 'max-cost', text: 'most USD that a run may cost (default: the configuration’s)', default: '' },
  {
    name: 'timeout-minutes',
    text: 'most minutes for what is paid (default: the configuration’s)',
    default: '',
  },
  { name: 'stage', text: 'with mode stage: collect, review, reconcile, verify or render', default: '' },
  { name: 'reviewer', text: 'with stage review: this reviewer only', default: '' },
  {
    name: 'run-directory',
    text: 'the run, with mode stage, publish and answer (default: made anew)',
    default: '',
  },
  {
    name: 'earlier-run',
    text: 'artifact with this pull request’s last runs, or none (default: deep-review-NUMBER)',
    default: '',
  },
  { name: 'include-drafts', text: 'review drafts, too', default: 'false' },
  { name: 'allow-bots', text: 'logins of bots whose pull requests are reviewed, or *', default: '' },
  { name: 'skip-label', text: 'a pull request with this label is skipped', default: 'skip-review' },
  {
    name: 'skip-title-pattern',
    text: 'regular expression of titles that are skipped',
    default: '\\[skip review\\]',
  },
  {
    name: 'author-associations',
    text: 'whose pull requests are reviewed, such as OWNER,MEMBER (default: all)',
    default: '',
  },
] as const satisfies readonly ActionInput[];

export type InputName = (typeof actionInputs)[number]['name'];

export const actionOutputs = [
  { name: 'run-directory', text: 'folder of the run: make it an artifact' },
  { name: 'report-html', text: 'path of the report as a page' },
  { name: 'report-markdown', text: 'path of the report in Markdown' },
  { name: 'report-json', text: 'path of the report as JSON' },
  { name: 'sarif', text: 'path of the findings in SARIF, for code scanning' },
  { name: 'recommendation', text: 'such as merge-as-is, merge-with-fixes, rework or incomplete' },
  { name: 'findings-count', text: 'published findings' },
  { name: 'critical-count', text: 'of these, critical' },
  { name: 'important-count', text: 'of these, important' },
  { name: 'suggestion-count', text: 'of these, suggestions' },
  { name: 'comment-url', text: 'where the summary was posted; empty for nowhere' },
  { name: 'cost-usd', text: 'what the run cost; empty where it is not known' },
  { name: 'conclusion', text: 'success, findings, incomplete, failed, error, cancelled or skipped' },
  { name: 'skipped', text: 'why nothing was reviewed, as a word; empty when something was' },
  { name: 'review-asked', text: 'what a comment asks for: new, full, rerun or verify; empty for nothing' },
  { name: 'exit-code', text: 'the exit code that the command line would end with' },
] as const satisfies readonly ActionField[];

export type OutputName = (typeof actionOutputs)[number]['name'];
