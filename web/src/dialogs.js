// Dialogs that links open where there is a script: the search over everything
// and the list of keys. The browser closes them on Escape and gives the focus
// back.
export function openDialog(id) {
  const dialog = document.getElementById(id)
  if (!dialog || dialog.open) return false
  document.querySelector('dialog[open]')?.close()
  dialog.showModal()
  const field = dialog.querySelector('[role=combobox]')
  if (field) {
    field.select()
    field.dispatchEvent(new Event('open'))
  }
  return true
}

export function dialogs() {
  document.addEventListener('click', (event) => {
    const opener = event.target.closest('[data-dialog]')
    if (opener && !event.ctrlKey && !event.metaKey && openDialog(opener.dataset.dialog)) event.preventDefault()
    if (event.target.closest('[data-close]') || event.target.matches('dialog')) event.target.closest('dialog').close()
  })
}
