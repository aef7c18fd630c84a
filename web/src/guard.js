// Guards forms: warns before leaving one that was changed and not sent, and
// sends one once when its button is pressed twice.
const changed = new Set()

export function guardForms() {
  const note = (event) => {
    const form = event.target.closest('form[data-guard]')
    if (form) changed.add(form)
  }
  document.addEventListener('input', note)
  document.addEventListener('change', note)
  document.addEventListener('submit', (event) => changed.delete(event.target))
  window.addEventListener('beforeunload', (event) => {
    for (const form of changed) if (!form.isConnected) changed.delete(form)
    if (changed.size > 0) event.preventDefault()
  })
  sendOnce()
}

// How long a second press is taken for a slip, in milliseconds: if the answer
// never comes, one can press again.
const slip = 4000

// Forms under way, each with the timer that frees it.
const sent = new Map()

// sendOnce ignores a second sending of a form under way. Its buttons say so, and
// stay as they are: a disabled one would leave its own name out of the form, and
// the focus with it.
function sendOnce() {
  // First on the way down, so that htmx does not hear of a second press either.
  window.addEventListener('submit', (event) => {
    const form = event.target
    if (form.getAttribute('method') !== 'post') return
    if (sent.has(form)) {
      event.preventDefault()
      event.stopImmediatePropagation()
      return
    }
    sent.set(form, setTimeout(() => free(form), slip))
    mark(form, true, event.submitter)
  }, true)
  // A form that another script stopped was not sent; htmx stops those it sends
  // itself, and says when the answer is there. Other parts of a form may ask
  // meanwhile: they free nothing.
  window.addEventListener('submit', (event) => {
    if (event.defaultPrevented && !event.target.matches('[hx-post]')) free(event.target)
  })
  document.addEventListener('htmx:afterRequest', (event) => {
    if (sent.has(event.target)) free(event.target)
  })
  // Back to the page as it was left: nothing is under way.
  window.addEventListener('pageshow', () => [...sent.keys()].forEach(free))
}

function free(form) {
  clearTimeout(sent.get(form))
  sent.delete(form)
  mark(form, false)
}

// mark shows that a form is under way. The button that sent it says so in its own
// place, and who does not see it is told.
function mark(form, busy, by) {
  form.setAttribute('aria-busy', String(busy))
  for (const button of form.elements) {
    if (button.type !== 'submit') continue
    if (busy) button.setAttribute('aria-disabled', 'true')
    else button.removeAttribute('aria-disabled')
    if (!busy && button.dataset.label) {
      button.textContent = button.dataset.label
      delete button.dataset.label
    }
  }
  const said = document.getElementById('said')
  if (said) said.textContent = (busy && by?.dataset.sending) || ''
  if (!busy || !by?.dataset.sending) return
  by.dataset.label = by.textContent
  by.textContent = by.dataset.sending
}
