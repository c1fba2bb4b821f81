/** What a text such as `#12` or a commit's id stands for. */
export interface Mention {
  url: string;
  /** What it is called, and its state; empty when that is not known. */
  title: string;
}

/** `#12`, and the 7 to 40 digits of a commit's id, as a word of their own. */
const mention = /(?<![\w/#&.:@-])(?:#\d{1,9}|[0-9a-f]{7,40})(?![\w-]|\.\w|:\d)/g;

/** Words behind which a number counts something of the text itself: `finding #2`. */
const counted =
  /\b(?:attempt|case|comment|critical|finding|gap|important|item|line|option|part|point|question|reason|round|rule|step|suggestion|test|thread|worker)s?\s+$/i;

/** Whatever in a word could be a mention; `before` is the text up to it. */
export function* findMentions(word: string, before: string): Generator<{ index: number; text: string }> {
  if (!/#\d|[0-9a-f]{7}/.test(word)) return;
  for (const match of word.matchAll(mention)) {
    const counts = match.index === 0 && match[0].startsWith('#') && counted.test(before.slice(-40));
    if (!counts) yield { index: match.index, text: match[0] };
  }
}
