import type { Location } from '../domain/location.ts';

export type GuardRule =
  | 'bidirectional'
  | 'hidden-character'
  | 'smuggled-text'
  | 'broken-encoding'
  | 'private-use'
  | 'look-alike'
  | 'hidden-comment'
  | 'addressed-text'
  | 'secret'
  | 'hides-code'
  | 'guides-reviewers';

/** Where a text of the change stands: a place in a file, or words for a text that is in no file. */
export type HitPlace = { kind: 'file'; location: Location } | { kind: 'text'; about: string };

/** One thing that a rule of the guard found. */
export interface Hit {
  rule: GuardRule;
  place: HitPlace;
  /** What stands there, ready to be shown: hidden characters visible, secrets masked, long lines cut. */
  quote: string;
  /** A few words about this one, such as the characters' names. */
  detail: string;
}

/** What a rule says about one line or text; whoever looked knows the place. */
export type Observation = Pick<Hit, 'rule' | 'detail'> & {
  /** UTF-16 offset of the beginning in the text looked at. */
  at: number;
};
