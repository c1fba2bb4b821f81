// The report is whole without this: it opens the fold a link leads into, filters by reviewer, and steps with j and k.
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const findings = all('.finding');

  function openAround(element) {
    for (let fold = element?.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
  }

  function openTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target === null) return;
    openAround(target);
    target.scrollIntoView();
  }

  function visible() {
    return findings.filter((finding) => !finding.hidden);
  }

  function step(by) {
    const list = visible();
    const edge = 40;
    const tops = list.map((finding) => finding.getBoundingClientRect().top);
    const next =
      by > 0 ? tops.findIndex((top) => top > edge) : tops.findLastIndex((top) => top < -edge);
    const finding = list[next];
    if (finding === undefined) return;
    finding.scrollIntoView();
    finding.querySelector('.label').focus({ preventScroll: true });
  }

  function applyFilters() {
    const shown = new Set(
      all('.filter[aria-pressed="true"]').map((button) => button.dataset.reviewer),
    );
    for (const finding of findings) {
      finding.hidden = !finding.dataset.reviewers.split(' ').some((reviewer) => shown.has(reviewer));
      const entry = document.querySelector(`[data-for="${finding.id}"]`);
      if (entry !== null) entry.hidden = finding.hidden;
    }
    const count = visible().length;
    document.querySelector('.filters-status').textContent =
      count === findings.length ? '' : `${count} of ${findings.length} findings shown`;
  }

  function setUpFilters() {
    const filters = document.querySelector('.filters');
    if (findings.length === 0) return;
    filters.hidden = false;
    for (const button of all('.filter'))
      button.addEventListener('click', () => {
        button.setAttribute('aria-pressed', `${button.getAttribute('aria-pressed') !== 'true'}`);
        applyFilters();
      });
  }

  function followReading() {
    const links = new Map(
      all('.contents a').map((link) => [link.getAttribute('href').slice(1), link]),
    );
    const parts = all('main section[id], .finding').filter((part) => links.has(part.id));
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries)
          if (entry.isIntersecting) {
            for (const link of links.values()) link.removeAttribute('aria-current');
            links.get(entry.target.id).setAttribute('aria-current', 'true');
          }
      },
      { rootMargin: '-10% 0px -80% 0px' },
    );
    for (const part of parts) observer.observe(part);
  }

  if (matchMedia('(max-width: 69.99rem)').matches)
    document.querySelector('.contents-fold').open = false;
  setUpFilters();
  followReading();
  addEventListener('hashchange', openTarget);
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea')) return;
    if (event.key === 'j') step(1);
    if (event.key === 'k') step(-1);
  });
  addEventListener('beforeprint', () => {
    for (const fold of all('details')) fold.open = true;
  });
  if (location.hash.length > 1) openTarget();
})();
