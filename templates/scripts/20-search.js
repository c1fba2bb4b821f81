// Search: which findings hold all words, and where the words stand. The places are marked without touching the page.
const marks = { all: 'search', current: 'search-current' };
const mostPlaces = 2000;
const texts = new Map(findings.map((finding) => [finding, finding.textContent.toLowerCase()]));
let places = [];
let place = -1;

function wordsOf(query) {
  return query.toLowerCase().split(/\s+/).filter(Boolean);
}

function holds(finding, words) {
  return words.every((word) => texts.get(finding).includes(word));
}

function isShown(node) {
  return node.parentElement.closest('.finder, .finding[hidden], dialog') === null;
}

/** Every place of every word in the main part, in the order of the page. */
function findPlaces(words) {
  const nodes = [];
  const walker = document.createTreeWalker(one('main'), NodeFilter.SHOW_TEXT);
  let text = '';
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (!isShown(node)) continue;
    const lower = node.data.toLowerCase();
    nodes.push({ node, at: text.length });
    text += lower.length === node.data.length ? lower : node.data;
  }
  const hits = [];
  for (const word of words)
    for (let at = text.indexOf(word); at >= 0 && hits.length < mostPlaces; at = text.indexOf(word, at + word.length))
      hits.push({ start: at, end: at + word.length });
  hits.sort((a, b) => a.start - b.start);
  return hits.map(({ start, end }) => rangeOf(nodes, start, end));
}

function rangeOf(nodes, start, end) {
  const range = new Range();
  const first = nodeAt(nodes, start);
  const last = nodeAt(nodes, end - 1);
  range.setStart(first.node, start - first.at);
  range.setEnd(last.node, end - last.at);
  return range;
}

function nodeAt(nodes, at) {
  let low = 0;
  for (let high = nodes.length - 1; low < high; ) {
    const middle = (low + high + 1) >> 1;
    if (nodes[middle].at <= at) low = middle;
    else high = middle - 1;
  }
  return nodes[low];
}

function markPlaces(words) {
  places = words.length === 0 ? [] : findPlaces(words);
  place = -1;
  showMarks();
}

function showMarks() {
  if (CSS.highlights === undefined) return;
  CSS.highlights.delete(marks.all);
  CSS.highlights.delete(marks.current);
  if (places.length > 0) CSS.highlights.set(marks.all, new Highlight(...places));
  if (place >= 0) {
    const current = new Highlight(places[place]);
    current.priority = 1;
    CSS.highlights.set(marks.current, current);
  }
}

function goToPlace(by) {
  if (places.length === 0) return;
  place = (place + by + places.length) % places.length;
  const element = places[place].startContainer.parentElement;
  openAround(element);
  element.scrollIntoView({ block: 'center' });
  showMarks();
}
