// Menus are <details>: they open without a script. With one, they also close on
// Escape, on a click elsewhere, and when the focus leaves them.
export function closeMenus() {
  const close = (keep) => {
    for (const menu of document.querySelectorAll('details[data-menu][open]')) {
      if (!keep || !menu.contains(keep)) menu.open = false
    }
  }
  document.addEventListener('click', (event) => close(event.target))
  document.addEventListener('focusin', (event) => close(event.target))
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    const menu = event.target.closest?.('details[data-menu][open]')
    if (!menu) return
    menu.open = false
    menu.querySelector('summary').focus()
  })
}
