import type { Report } from '../../domain/report.ts';
import { createMarkdownHelpers } from '../markdown/markdown-helpers.ts';
import { webAddress } from '../source/permalink.ts';
import type { SourceReader } from '../source/source-reader.ts';
import type { Helper, Templates } from '../templates.ts';
import type { ProseLinks } from '../text/prose-tokens.ts';
import { createProseLinks } from '../view/prose-links.ts';
import { createViewContext, type LinkView, type ViewContext } from '../view/view-context.ts';
import { disarm } from './disarm.ts';

/** What every text about one report is written with. */
export interface PublishContext {
  report: Report;
  templates: Templates;
  view: ViewContext;
  /** Where the whole report is; null when that is not known. */
  reportUrl: string | null;
  /** A pen for one text that is posted, and how many links of its prose and its places may lead somewhere. */
  pen(mostLinks?: number): Pen;
}

/** Writes one text; links beyond the number it has are shown as text. */
export interface Pen {
  write(template: keyof MarkdownTemplates, view: object): string;
  /** The same place without a link once there are enough of them. */
  link(place: LinkView): LinkView;
}

type MarkdownTemplates = Pick<
  Templates,
  'comment' | 'inline' | 'fullFinding' | 'check' | 'checkText' | 'stepSummary'
>;

export interface PublishContextInput {
  report: Report;
  sources: SourceReader;
  templates: Templates;
  reportUrl: string | null;
}

/** A comment may hold 50 links; its table and its head have the others. */
const linksOfComment = 40;

/** Rejects as `SourceReader` does. */
export async function createPublishContext(input: PublishContextInput): Promise<PublishContext> {
  const { report, sources, templates } = input;
  const view = await createViewContext(report, sources);
  const links = createProseLinks(view);
  return {
    report,
    templates,
    view,
    reportUrl: webAddress(input.reportUrl)?.href ?? null,
    pen(mostLinks = linksOfComment) {
      let left = mostLinks;
      const take = () => {
        left -= 1;
        return left >= 0;
      };
      const bounded: ProseLinks = {
        reference: (text) => {
          const address = links.reference(text);
          return address !== null && take() ? address : null;
        },
        isOwn: (address) => links.isOwn(address) && take(),
      };
      const helpers: Record<string, Helper> = {
        ...createMarkdownHelpers(bounded),
        written: (text) => `${text}`,
      };
      return {
        write: (template, values) => disarm(templates[template](values, helpers).trim()),
        link: (place) => (place.url === null || take() ? place : { ...place, url: null }),
      };
    },
  };
}
