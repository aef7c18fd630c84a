// Warns before leaving a form that was changed and not sent.
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
}
