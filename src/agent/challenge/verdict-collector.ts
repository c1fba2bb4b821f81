import { FindingClaim } from '../../domain/finding.ts';
import type { Location } from '../../domain/location.ts';
import type { ReviewerId } from '../../domain/reviewer.ts';
import type { Examination } from '../../domain/verdict.ts';
import type { GateVerdict } from '../finding-collector.ts';
import type { Question } from './question.ts';
import type { SubmittedVerdict } from './read-verdicts.ts';

export interface VerdictCollectorInput {
  examiner: ReviewerId;
  questions: readonly Question[];
  /** The same gate that every finding passes. */
  check: (claim: FindingClaim) => Promise<GateVerdict>;
}

const longestMessage = 1_500;

/** Takes in one examiner's verdicts, each quote checked at once. A later verdict on a claim replaces the earlier one. */
export class VerdictCollector {
  private readonly input: VerdictCollectorInput;
  private readonly taken = new Map<string, Examination>();

  constructor(input: VerdictCollectorInput) {
    this.input = input;
  }

  /**
   * Checks and keeps one verdict; gives what is wrong with it, a sentence each. One on a claim that was not asked about
   * is refused. Rejects only when the repository could not answer; then nothing is kept.
   */
  async take(verdict: SubmittedVerdict): Promise<string[]> {
    const question = this.input.questions.find(({ id }) => id === verdict.id);
    if (question === undefined)
      return [`You were not asked about \`${verdict.id}\`: nothing is recorded for it.`];
    const { examination, refusals } = await this.examine(verdict, question);
    this.taken.set(question.cluster, examination);
    return [...refusals, ...missingProof(examination)].map((problem) => `${question.id}: ${problem}`);
  }

  /** Ids of claims without a verdict. */
  missing(): string[] {
    return this.input.questions.filter(({ cluster }) => !this.taken.has(cluster)).map(({ id }) => id);
  }

  /** In the order of the questions. */
  examinations(): { cluster: string; examination: Examination }[] {
    return this.input.questions.flatMap(({ cluster }) => {
      const examination = this.taken.get(cluster);
      return examination === undefined ? [] : [{ cluster, examination }];
    });
  }

  private async examine(
    verdict: SubmittedVerdict,
    question: Question,
  ): Promise<{ examination: Examination; refusals: string[] }> {
    const { answer, argument, severity } = verdict;
    const quotes: Examination['quotes'] = [];
    const refusedQuotes: NonNullable<Examination['refusedQuotes']> = [];
    for (const { claimed, text } of verdict.quotes) {
      const gate = await this.input.check(asClaim(claimed, text));
      const { outcome, message } = gate.answer;
      const [location] = gate.locations;
      if (outcome === 'refused' || location === undefined)
        refusedQuotes.push({ claimed, text, message: message.slice(0, longestMessage) });
      else
        quotes.push({
          location,
          text,
          contradicts: answer === 'refute' && !repeats(question, location),
          reanchored: outcome === 're-anchored',
        });
    }
    const refusals = refusedQuotes.map(({ message }) => `a quote was refused. ${message}`);
    const { examiner } = this.input;
    return { examination: { examiner, answer, argument, quotes, refusedQuotes, severity }, refusals };
  }
}

/** The lines that a claim itself quotes passed the gate before: quoting them again says nothing against it. */
function repeats({ locations: [own] }: Question, quoted: Location): boolean {
  return (
    own !== undefined &&
    own.path === quoted.path &&
    own.side === quoted.side &&
    own.startLine <= quoted.startLine &&
    quoted.endLine <= own.endLine
  );
}

function missingProof({ answer, quotes }: Examination): string[] {
  if (answer === 'confirm' && quotes.length === 0)
    return ['a confirmation needs the path to the failure, with the code of each step quoted.'];
  if (answer === 'refute' && !quotes.some(({ contradicts }) => contradicts))
    return [
      'a refutation needs a quote of code that contradicts the claim, other than the lines it points at; an argument alone makes it uncertain.',
    ];
  return [];
}

function asClaim(claimed: FindingClaim['locations'][number], quote: string): FindingClaim {
  return FindingClaim.parse({ severity: 'suggestion', title: '', locations: [claimed], quote });
}
