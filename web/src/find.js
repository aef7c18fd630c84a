// The search over everything: a combobox. The focus stays in the field; the
// arrows choose among what was found, Enter opens it.
export function findBox() {
  const field = document.getElementById('find-q')
  const list = document.getElementById('find-options')
  if (!field || !list) return
  const options = () => [...list.querySelectorAll('[role=option]')]
  let chosen = -1

  // choose marks the nth option, round the end; none for -1.
  function choose(n) {
    const all = options()
    chosen = n
    all.forEach((o, i) => o.setAttribute('aria-selected', String(i === n)))
    const option = all[n]
    if (!option) return field.removeAttribute('aria-activedescendant')
    field.setAttribute('aria-activedescendant', option.id)
    option.scrollIntoView({ block: 'nearest' })
  }

  list.addEventListener('htmx:afterSwap', () => {
    const all = options()
    field.setAttribute('aria-expanded', String(all.length > 0))
    document.getElementById('find-said').textContent = list.querySelector('[data-found]')?.content.textContent || ''
    // What was typed chooses the first, so that Enter opens it.
    choose(field.value.trim() && all.length ? 0 : -1)
  })
  field.addEventListener('keydown', (event) => {
    const all = options()
    if (event.key === 'ArrowDown' && all.length) choose((chosen + 1) % all.length)
    else if (event.key === 'ArrowUp' && all.length) choose((Math.max(chosen, 0) + all.length - 1) % all.length)
    else if (event.key === 'Enter' && all[chosen]) all[chosen].click()
    else return
    event.preventDefault()
  })
}
