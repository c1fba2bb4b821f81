import { type HiddenBlock, type RememberedFinding, writeHiddenBlock } from '../../domain/hidden-block.ts';
import type { PublishedFinding, Report } from '../../domain/report.ts';
import { shorten } from '../text/words.ts';

/** Characters; a comment of 65,536 must hold a text besides. */
const longestBlock = 16_000;
const longestTitle = 200;

/** What a summary comment remembers of a report: the most severe findings first, as many as fit. */
export function writeHiddenState(report: Report): string {
  const { run, change, findings } = report;
  const block = (kept: RememberedFinding[]): HiddenBlock => ({
    schemaVersion: 1,
    run: { id: shorten(run.id, longestTitle), startedAt: shorten(run.startedAt, 40), looks: run.looks },
    head: change.head.sha,
    mergeBase: change.mergeBase,
    round: change.round,
    findings: kept,
    leftOut: findings.length - kept.length,
  });
  const written = (kept: RememberedFinding[]) => writeHiddenBlock(block(kept)).length;
  const empty = written([]);
  const kept: RememberedFinding[] = [];
  let length = empty + `${findings.length}`.length;
  for (const finding of findings) {
    const one = remember(finding, change.round);
    const size = written([one]) - empty + 1;
    if (length + size > longestBlock) break;
    length += size;
    kept.push(one);
  }
  return writeHiddenBlock(block(kept));
}

function remember(finding: PublishedFinding, round: number): RememberedFinding {
  const { shortId, fingerprint, label, severity, locations, symbol, reviewers, history } = finding;
  return {
    id: shortId,
    fingerprint,
    since: history?.since ?? round,
    label,
    severity,
    title: shorten(finding.title, longestTitle),
    symbol: shorten(symbol ?? '', longestTitle),
    location: locations[0] ?? null,
    reviewers,
  };
}
