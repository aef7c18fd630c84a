// "Leave at once": the page is blanked first, since the next one may be slow,
// and replaced in the history, so that going back does not show it. On a person's
// own page it ends their session too: the browser sends that after it has left.
export function exitAtOnce() {
  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-exit]')
    if (!link) return
    event.preventDefault()
    if (link.dataset.exit) navigator.sendBeacon(link.dataset.exit)
    document.title = '\u00a0'
    document.body.replaceChildren()
    location.replace(link.href)
  })
}
