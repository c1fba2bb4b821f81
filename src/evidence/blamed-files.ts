import type { LineRange } from '../domain/location.ts';
import type { BlameLine, ObjectRepository } from '../git/object-repository.ts';

/** From this many questions about one file on the whole file is asked for, once: each question is a process of git. */
const manyQuestions = 20;

export interface BlameQuestion {
  commit: string;
  path: string;
  range: LineRange;
  /** Lines of the whole file. */
  lineCount: number;
}

interface Asked {
  count: number;
  /** Of the whole file; null when git could not tell. */
  whole: Promise<BlameLine[] | null> | null;
}

/** Who wrote which lines, so that thousands of findings in one file don't start thousands of processes. */
export class BlamedFiles {
  private readonly repository: ObjectRepository;
  private readonly asked = new Map<string, Asked>();

  constructor(repository: ObjectRepository) {
    this.repository = repository;
  }

  async blame(question: BlameQuestion): Promise<BlameLine[]> {
    const { commit, path, range } = question;
    const whole = await this.wholeFile(question);
    return whole === null
      ? this.repository.blame(commit, path, range)
      : whole.filter(({ line }) => line >= range.start && line <= range.end);
  }

  private wholeFile({ commit, path, lineCount }: BlameQuestion): Promise<BlameLine[] | null> | null {
    const key = `${commit}:${path}`;
    const asked = this.asked.get(key) ?? { count: 0, whole: null };
    this.asked.set(key, asked);
    asked.count += 1;
    if (asked.count <= manyQuestions) return null;
    // A whole file may take longer than git is given; its parts may not.
    asked.whole ??= this.repository.blame(commit, path, { start: 1, end: lineCount }).catch(() => null);
    return asked.whole;
  }
}
