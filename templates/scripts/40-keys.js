// Single keys, which the list of keys can turn off.
const keys = one('.keys');
let steppedTo = null;

/** The finding that steps go from: the one stepped to last, unless the page was moved by other means since. */
function step(by) {
  const list = visible();
  const tops = list.map((finding) => finding.getBoundingClientRect().top - edgeAt(finding));
  const from = list.indexOf(steppedTo);
  const next =
    from >= 0
      ? from + by
      : by > 0
        ? tops.findIndex((top) => top > 5)
        : tops.findLastIndex((top) => top < -5);
  const finding = list[next];
  if (finding === undefined) return;
  bringToTop(finding);
  finding.querySelector('.label').focus({ preventScroll: true });
  steppedTo = finding;
}

for (const name of ['wheel', 'touchmove', 'pointerdown', 'hashchange'])
  addEventListener(name, () => (steppedTo = null), { passive: true });

/** The finding with the focus, else the one stepped to, else the one being read. */
function currentFinding() {
  const focused = document.activeElement.closest('.finding');
  const above = visible().filter((finding) => finding.getBoundingClientRect().top < innerHeight / 3);
  return focused ?? steppedTo ?? above.at(-1) ?? visible()[0];
}

function openKeys() {
  keys.showModal();
}

const actions = {
  j: () => step(1),
  k: () => step(-1),
  o: () => toggleFolds(all('details', currentFinding())),
  e: () => toggleFolds(all('main details:not(.finder-fold)')),
  '/': () => search.focus(),
  a: () => showAll(),
  t: () => scrollTo({ top: 0 }),
  '?': () => openKeys(),
};

function isTyping(element) {
  return element.closest('input, textarea, select, dialog') !== null;
}

if (keys !== null) {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (!Object.hasOwn(actions, event.key) || !one('.keys-on').checked) return;
    if (findings.length === 0 && event.key !== '?') return;
    event.preventDefault();
    actions[event.key]();
  });
  one('.finder-help').addEventListener('click', openKeys);
  one('.keys-close').addEventListener('click', () => keys.close());
  keys.addEventListener('click', (event) => {
    if (event.target === keys) keys.close();
  });
}
