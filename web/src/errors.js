// A form that came back with errors puts the reader on their summary, after a
// full page and after an exchange by htmx alike. A sample of one takes no focus.
export function errorFocus() {
  const focus = (root) => root.querySelector('[data-error-summary]:not([data-sample] *)')?.focus()
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => focus(document))
  else focus(document)
  document.addEventListener('htmx:afterSettle', (event) => focus(event.target))
}
