import type { Question } from '../agent/challenge/question.ts';
import type { Cluster } from '../domain/cluster.ts';
import type { RawFinding } from '../domain/finding.ts';
import { isGuard } from '../domain/guard.ts';
import { reduceToStatement } from '../domain/reduce-to-statement.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import { compareSeverity, type Severity } from '../domain/vocabulary.ts';

/** Questions of one session; suggestions have one of their own. */
const batchSize = 8;
/** Questions that one examiner gets: about what models raised, what programs did, and suggestions. */
const most = { model: 8 * batchSize, program: 4 * batchSize, suggestion: 40 };

/** A cluster that verification may put to examiners. */
export interface ChallengedCluster {
  cluster: Cluster;
  /** The one that speaks for the cluster first. */
  members: readonly RawFinding[];
  /** Vendors whose models raised it. */
  raisedBy: ReadonlySet<string>;
}

/** What is put to one examiner in one session. */
export interface ExaminerBatch {
  examiner: ModelReviewer;
  /** From 1, for each examiner. */
  batch: number;
  questions: readonly Question[];
}

export interface ChallengePlan {
  /** By examiner, severest first. */
  batches: ExaminerBatch[];
  /** Why a cluster is put to nobody, by its id. */
  unasked: ReadonlyMap<string, string>;
}

/** What earlier sittings of a run know. */
export interface EarlierAnswers {
  /** Whether an examiner has answered the claim: that counts, whoever would be asked about it today. */
  isAnswered(examiner: ModelReviewer, question: Question): boolean;
  /** Whether the claim is put to everybody who may examine it, because somebody asked for a second look at it. */
  isAskedAgain(question: Question): boolean;
}

export interface ChallengePlanInput {
  clusters: readonly ChallengedCluster[];
  /** Model reviewers that can be asked, in the run's order. */
  examiners: readonly ModelReviewer[];
  /** Whether an egress rule keeps code of the cluster from this examiner's vendor. */
  isKept: (examiner: ModelReviewer, cluster: string) => boolean;
  /** Absent: nothing is known. */
  earlier?: EarlierAnswers;
}

/**
 * Who is asked about what: claims of one vendor alone, criticals, contradictions and weak evidence go to all examiners of
 * other vendors; a suggestion, and what a program alone raised and is not critical, to one of them. What models of all vendors raised goes to those who raised it, who are not
 * told so.
 */
export function planChallenge(input: ChallengePlanInput): ChallengePlan {
  const unasked = new Map<string, string>();
  const lists = new Map(
    input.examiners.map(({ id }) => [id, { model: [], program: [], suggestion: [] } as QuestionLists]),
  );
  for (const one of [...input.clusters].sort(bySeverity)) {
    const question = toQuestion(one, 0);
    const again = input.earlier?.isAskedAgain(question) === true;
    const chosen = chooseExaminers(one, input, again);
    const answered = findAnswered(one, question, input);
    if (typeof chosen === 'string' && answered.length === 0) {
      unasked.set(one.cluster.id, chosen);
      continue;
    }
    const sort = sortOf(one);
    const listOf = ({ id }: ModelReviewer) => lists.get(id)?.[sort] ?? [];
    const others = (typeof chosen === 'string' ? [] : chosen).filter((one) => !answered.includes(one));
    const open = again ? others : others.filter((examiner) => listOf(examiner).length < most[sort]);
    const fewestFirst = open.toSorted((a, b) => listOf(a).length - listOf(b).length);
    const areAllAsked = again || sort === 'model' || isCritical(one);
    const asked = [...answered, ...(areAllAsked ? open : fewestFirst.slice(0, answered.length > 0 ? 0 : 1))];
    if (asked.length === 0)
      unasked.set(
        one.cluster.id,
        'its quote stands; there were more findings than one run puts to examiners',
      );
    for (const examiner of asked) listOf(examiner).push(one);
  }
  const batches = input.examiners.flatMap((examiner) => {
    const { model, program, suggestion } = lists.get(examiner.id) ?? {
      model: [],
      program: [],
      suggestion: [],
    };
    return [...inBatches(model), ...inBatches(program), suggestion]
      .filter((clusters) => clusters.length > 0)
      .map((clusters, at) => ({ examiner, batch: at + 1, questions: clusters.map(toQuestion) }));
  });
  return { batches, unasked };
}

type QuestionSort = 'model' | 'program' | 'suggestion';
type QuestionLists = Record<QuestionSort, ChallengedCluster[]>;

function sortOf(one: ChallengedCluster): QuestionSort {
  if (highestRating(one) === 'suggestion') return 'suggestion';
  return one.raisedBy.size > 0 ? 'model' : 'program';
}

/** Whose answers are known, and of a vendor that did not raise it. */
function findAnswered(
  { cluster, raisedBy }: ChallengedCluster,
  question: Question,
  { examiners, isKept, earlier }: ChallengePlanInput,
): ModelReviewer[] {
  if (earlier === undefined) return [];
  return examiners.filter(
    (examiner) =>
      !raisedBy.has(examiner.provider) &&
      !isKept(examiner, cluster.id) &&
      earlier.isAnswered(examiner, question),
  );
}

function chooseExaminers(
  one: ChallengedCluster,
  input: ChallengePlanInput,
  again: boolean,
): ModelReviewer[] | string {
  const { members, raisedBy } = one;
  if (members.some(({ reviewer }) => isGuard(reviewer)))
    return 'the guard read it from the change by a rule; nobody was asked';
  if (!again && raisedBy.size >= 2 && !isCritical(one) && !isContradictory(one) && !isWeak(one))
    return 'models of several vendors raised it; nobody else was asked';
  if (input.examiners.length === 0) return 'its quote stands; no examiner was asked';
  const others = input.examiners.filter(({ provider }) => !raisedBy.has(provider));
  const chosen = others.length === 0 && raisedBy.size >= 2 ? input.examiners : others;
  if (chosen.length === 0) return 'its quote stands; there was no model of another vendor to examine it';
  const mayRead = chosen.filter((examiner) => !input.isKept(examiner, one.cluster.id));
  return mayRead.length > 0
    ? mayRead
    : 'its quote stands; an egress rule keeps its code from all who could have examined it';
}

function isCritical(one: ChallengedCluster): boolean {
  return highestRating(one) === 'critical';
}

/** Ratings two steps apart; or one says that something is missing where another says that something is wrong. */
function isContradictory({ members }: ChallengedCluster): boolean {
  const rated = (severity: Severity) => members.some(({ claim }) => claim.severity === severity);
  return (
    (rated('critical') && rated('suggestion')) || new Set(members.map(({ claim }) => claim.absent)).size > 1
  );
}

/** No member quoted its code rightly at the first try. */
function isWeak({ members }: ChallengedCluster): boolean {
  return members.every(({ gate, attempts }) => gate.outcome !== 'stands' || attempts.length > 0);
}

function highestRating({ members }: ChallengedCluster): Severity {
  return members.map(({ claim }) => claim.severity).sort(compareSeverity)[0] ?? 'suggestion';
}

function bySeverity(a: ChallengedCluster, b: ChallengedCluster): number {
  return compareSeverity(highestRating(a), highestRating(b));
}

/** A cluster as the `at`th claim of a session, from 0. */
export function toQuestion(
  { cluster, members: [speaker] }: Pick<ChallengedCluster, 'cluster' | 'members'>,
  at: number,
): Question {
  return {
    id: `q${at + 1}`,
    cluster: cluster.id,
    statement: reduceToStatement(speaker?.claim.title ?? ''),
    locations: speaker?.locations ?? [],
    quote: speaker?.claim.quote ?? '',
    absent: speaker?.claim.absent ?? false,
    scenario: speaker?.claim.scenario ?? '',
  };
}

function inBatches(clusters: readonly ChallengedCluster[]): ChallengedCluster[][] {
  return Array.from({ length: Math.ceil(clusters.length / batchSize) }, (_, at) =>
    clusters.slice(at * batchSize, (at + 1) * batchSize),
  );
}
