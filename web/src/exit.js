// "Leave at once": the page is blanked first, since the next one may be slow,
// and replaced in the history, so that going back does not show it.
export function exitAtOnce() {
  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-exit]')
    if (!link) return
    event.preventDefault()
    document.title = '\u00a0'
    document.body.replaceChildren()
    location.replace(link.href)
  })
}
