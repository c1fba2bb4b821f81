// Marks in the contents what is being read; on a narrow screen they begin folded.
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
followReading();
