import type { Report } from '../../domain/report.ts';
import type { BadgeView } from '../view/view-context.ts';
import { type CoveragePicture, drawCoverage } from './coverage-picture.ts';
import { drawOverlap, type OverlapPicture } from './overlap-picture.ts';
import { drawSeverities, type SeverityPicture } from './severity-picture.ts';
import { drawTimeline, type TimelinePicture } from './timeline-picture.ts';

/** The pictures of a report, as numbers for the templates. null: there is nothing to draw. */
export interface Pictures {
  coverage: CoveragePicture | null;
  overlap: OverlapPicture | null;
  timeline: TimelinePicture | null;
  severities: SeverityPicture[];
}

export function drawPictures(report: Report, badge: (reviewer: string) => BadgeView): Pictures {
  return {
    coverage: drawCoverage(report, badge),
    overlap: drawOverlap(report, badge),
    timeline: drawTimeline(report, badge),
    severities: drawSeverities(report, badge),
  };
}
