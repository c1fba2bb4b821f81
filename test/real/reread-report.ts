import { execFileSync } from 'node:child_process';

interface Published {
  label: string;
  quote: string;
  absent: boolean;
  reviewers: string[];
  locations: { path: string; startLine: number; endLine: number; side: string }[];
}

export interface RereadReport {
  change: { head: { sha: string }; mergeBase: string };
  findings: Published[];
}

/**
 * Reads every published quote again with plain git, without any of the program's own code: each of its lines, white
 * space aside, has to stand in order within the lines that the report names. Gives what does not.
 */
export function rereadQuotes(report: RereadReport, repository: string): string[] {
  return report.findings.flatMap((finding) => {
    const [place] = finding.locations;
    // The guard's quotes are made visible, cut and masked, and may be of texts that are in no file.
    if (finding.reviewers.includes('guard')) return [];
    if (place === undefined) return [`${finding.label}: names no place`];
    const commit = place.side === 'head' ? report.change.head.sha : report.change.mergeBase;
    const text = execFileSync('git', ['-C', repository, 'show', `${commit}:${place.path}`], {
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    }).toString('utf8');
    const lines = text
      .split('\n')
      .slice(place.startLine - 1, place.endLine)
      .map(squeeze);
    let at = 0;
    for (const quoted of finding.quote.split('\n').map(squeeze)) {
      if (quoted === '' || /^(?:\u2026|\.\.\.|\[\.\.\.\])$/.test(quoted)) continue;
      const found = lines.indexOf(quoted, at);
      if (found < 0)
        return [`${finding.label}: "${quoted}" is not at ${place.path}:${place.startLine}-${place.endLine}`];
      at = found + 1;
    }
    return [];
  });
}

function squeeze(line: string): string {
  return line.replace(/\s+/g, '');
}
