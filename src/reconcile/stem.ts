/** A word without the commonest English endings, so that `leaks`, `leaked` and `leaking` count as one. Lower case. */
export function stem(word: string): string {
  if (word.length > 5 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  const ending = endings.find((one) => word.endsWith(one) && word.length - one.length >= 4);
  const stemmed = ending === undefined ? word : word.slice(0, -ending.length);
  return stemmed.length > 4 && stemmed.endsWith('e') ? stemmed.slice(0, -1) : stemmed;
}

const endings = ['ing', 'ed', 'es', 's', 'ly'];
