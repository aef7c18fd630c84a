import { openDialog } from './dialogs.js'

// Keys that do something wherever the reader is. Those of one letter can be
// turned off, never act while one writes, and leave alone what is held with
// Ctrl, Alt or Meta: those belong to the browser and to screen readers.
const patience = 1500 // milliseconds between "g" and the letter of a place

export function keys() {
  let going = 0
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented) return
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
      if (openDialog('find')) event.preventDefault()
      return
    }
    if (event.ctrlKey || event.altKey || event.metaKey || !('keys' in document.body.dataset)) return
    if (writing(event.target) || document.querySelector('dialog[open]')) return
    const after = Date.now() - going < patience
    going = 0
    if (after) {
      const place = document.querySelector(`[data-go="${CSS.escape(event.key.toLowerCase())}"]`)
      if (place) {
        event.preventDefault()
        place.click()
      }
    } else if (event.key === 'g') going = Date.now()
    else if ((event.key === '/' && openDialog('find')) || (event.key === '?' && openDialog('keys'))) event.preventDefault()
  })
}

function writing(target) {
  return target.isContentEditable || !!target.closest?.('input, select, textarea, [role=combobox]')
}
