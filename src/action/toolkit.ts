/** What of the runner's toolkit the Action uses. */
export type Toolkit = Pick<
  typeof import('@actions/core'),
  'error' | 'getInput' | 'isDebug' | 'notice' | 'setOutput' | 'setSecret' | 'warning'
>;
