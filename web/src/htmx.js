// The one place where htmx is set up. No style, no script and no code in
// attributes may come out of it: the content policy would refuse them.
import htmx from 'htmx.org'

Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  // Pages with personal data must not stay in the browser's storage.
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  // Settling copies these attributes; "style", which it would copy too, is left out.
  attributesToSettle: ['class', 'width', 'height'],
  responseHandling: [
    { code: '204', swap: false },
    { code: '[23]..', swap: true },
    // A form that came back with its errors is shown like any other answer.
    { code: '422', swap: true },
    { code: '[45]..', swap: false, error: true },
  ],
})

// An answer that cannot be shown in place (signed out, refused, gone) is shown
// as the page it is, so nobody waits for a change that will not come.
document.addEventListener('htmx:responseError', (event) => {
  const { xhr, requestConfig } = event.detail
  if (requestConfig.verb === 'get' && xhr.responseURL) location.assign(xhr.responseURL)
  else announce()
})
document.addEventListener('htmx:sendError', announce)

// announce shows the sentence that the page carries for a request that failed.
function announce() {
  const box = document.getElementById('request-failed')
  if (box) box.hidden = false
}
document.addEventListener('htmx:beforeRequest', () => {
  const box = document.getElementById('request-failed')
  if (box) box.hidden = true
})
