// Filters: of one kind any, of all kinds each. Nothing chosen of a kind means all of it.
const search = one('.finder-search');
const buttons = all('.filter');
const files = one('.finder-files');

function chosen() {
  const kinds = new Map();
  const choose = (kind, value) => kinds.set(kind, [...(kinds.get(kind) ?? []), value]);
  for (const button of buttons)
    if (button.getAttribute('aria-pressed') === 'true') choose(button.dataset.filter, button.dataset.value);
  if (files !== null && files.value !== '') choose('files', files.value);
  return [...kinds];
}

function searchNow() {
  if (search.value !== searched) applyFilters();
}

function passes(finding, kinds) {
  return kinds.every(([kind, values]) => finding.dataset[kind].split(' ').some((value) => values.includes(value)));
}

/** What was searched for last; `null` before the first time. */
let searched = null;

function applyFilters() {
  searched = search.value;
  const words = wordsOf(search.value);
  const kinds = chosen();
  for (const finding of findings) {
    finding.hidden = !passes(finding, kinds) || !holds(finding, words);
    const entry = one(`[data-for="${finding.id}"]`);
    if (entry !== null) entry.hidden = finding.hidden;
  }
  markPlaces(words);
  one('.finder-reset').disabled = words.length === 0 && kinds.length === 0;
  for (const section of all('.severity')) countShown(section);
  tell();
}

function countShown(section) {
  const total = all('.finding', section).length;
  const shown = all('.finding:not([hidden])', section).length;
  const words = shown === total ? `${total}` : `${shown} of ${total}`;
  section.querySelector('h2 .tally').textContent = words;
  const entry = all('.contents a').find((link) => link.hash === `#${section.id}`)?.querySelector('.tally');
  if (entry !== undefined) entry.textContent = words;
}

/** Says what is shown, for everybody. */
function tell() {
  const count = visible().length;
  const parts = [];
  if (count < findings.length) parts.push(`${count} of ${findings.length} findings shown`);
  if (search.value.trim() !== '') parts.push(wordPlaces());
  one('.finder-status').textContent = parts.join(' · ');
}

function wordPlaces() {
  if (places.length === 0) return 'found nowhere';
  const count = places.length === mostPlaces ? `over ${mostPlaces}` : `${places.length}`;
  return place >= 0 ? `place ${place + 1} of ${count}` : `${count} ${places.length === 1 ? 'place' : 'places'}`;
}

function showAll() {
  search.value = '';
  if (files !== null) files.value = '';
  for (const button of buttons) button.setAttribute('aria-pressed', 'false');
  applyFilters();
}

if (search !== null) {
  one('.finder').hidden = false;
  if (matchMedia('(max-width: 40rem)').matches) one('.finder-fold').open = false;
  for (const button of buttons)
    button.addEventListener('click', () => {
      button.setAttribute('aria-pressed', `${button.getAttribute('aria-pressed') !== 'true'}`);
      applyFilters();
    });
  files?.addEventListener('change', applyFilters);
  const soon = settle(searchNow, 120);
  search.addEventListener('input', soon);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') {
      searchNow();
      goToPlace(event.shiftKey ? -1 : 1);
      tell();
    }
    if (event.key === 'Escape') {
      event.preventDefault();
      if (search.value === '') search.blur();
      search.value = '';
      applyFilters();
    }
  });
  one('.finder-reset').addEventListener('click', () => {
    showAll();
    search.focus();
  });
  // A browser that comes back to the page fills in what was chosen.
  addEventListener('pageshow', applyFilters);
}
