// All files of this folder are joined into one function, for every page. The page is whole without them: what a page
// does not have is left alone.
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const one = (selector) => document.querySelector(selector);
const findings = all('.finding');

function visible() {
  return findings.filter((finding) => !finding.hidden);
}

/** How much of the window's top is taken where this element stands. */
function edgeAt(element) {
  const bar = one('.finder');
  const isUnder = bar !== null && bar.parentElement.contains(element) && getComputedStyle(bar).position === 'sticky';
  return isUnder ? bar.offsetHeight + 24 : 20;
}

function bringToTop(element) {
  scrollTo({ top: scrollY + element.getBoundingClientRect().top - edgeAt(element) });
}

/** Runs once, a moment after the last call. */
function settle(run, delay) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, delay);
  };
}
