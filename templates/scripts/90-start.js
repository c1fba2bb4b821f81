addEventListener('hashchange', openTarget);
openTarget();
