// Filters by reviewer.
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

if (findings.length > 0) {
  document.querySelector('.filters').hidden = false;
  for (const button of all('.filter'))
    button.addEventListener('click', () => {
      button.setAttribute('aria-pressed', `${button.getAttribute('aria-pressed') !== 'true'}`);
      applyFilters();
    });
}
