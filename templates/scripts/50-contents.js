// Marks in the contents what is being read, and keeps the mark in sight; on a narrow screen they begin folded.
const contents = one('.contents');

function followReading() {
  const links = new Map(all('.contents a').map((link) => [link.getAttribute('href').slice(1), link]));
  const parts = all('main section[id], .finding').filter((part) => links.has(part.id));
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries)
        if (entry.isIntersecting) {
          for (const link of links.values()) link.removeAttribute('aria-current');
          const link = links.get(entry.target.id);
          link.setAttribute('aria-current', 'true');
          keepInSight(link);
        }
    },
    { rootMargin: '-15% 0px -75% 0px' },
  );
  for (const part of parts) observer.observe(part);
}

function keepInSight(link) {
  const box = contents.getBoundingClientRect();
  const { top, bottom } = link.getBoundingClientRect();
  if (top < box.top || bottom > box.bottom) contents.scrollTop += top - box.top - box.height / 3;
}

if (contents !== null) {
  if (matchMedia('(max-width: 69.99rem)').matches) one('.contents-fold').open = false;
  followReading();
}
