// Chooses light or dark before anything is painted; a file of its own, because the page allows no script inside itself.
const chosen = localStorage.getItem('theme')
if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
