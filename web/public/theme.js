// Chooses light or dark before anything is painted; a file of its own, because the page allows no script inside itself.
try {
  const chosen = localStorage.getItem('theme')
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
} catch {
  // The browser keeps nothing: as the system.
}
