// What is to be taken elsewhere stands in a field that can be selected. With a
// script, the field selects itself and a button copies it.
export function copyFields() {
  for (const box of document.querySelectorAll('[data-copy]')) {
    const field = box.querySelector('input')
    const status = box.querySelector('[role=status]')
    field.addEventListener('focus', () => field.select())
    if (!navigator.clipboard) continue
    const button = box.querySelector('button')
    button.parentElement.hidden = false
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(field.value)
      status.textContent = status.dataset.done
    })
  }
}
