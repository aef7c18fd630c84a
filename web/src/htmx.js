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
    // A form that came back with its errors, or with what somebody else saved
    // meanwhile, is shown like any other answer.
    { code: '409', swap: true },
    { code: '422', swap: true },
    { code: '[45]..', swap: false, error: true },
  ],
})

// Who was signed out meanwhile is led to the sign-in by asking for the page
// again, so as to come back to it. Any other refusal is said, and the page stays
// with what was written in it.
document.addEventListener('htmx:responseError', (event) => {
  if (event.detail.xhr.status === 401) location.reload()
  else announce()
})
document.addEventListener('htmx:sendError', announce)

// Who types on breaks off the question before: that is no error, and htmx, which
// writes every error to the console, is told so.
document.addEventListener('htmx:beforeRequest', ({ detail }) => {
  const abort = detail.xhr.abort.bind(detail.xhr)
  detail.xhr.abort = () => {
    detail.error = ''
    abort()
  }
})

// announce shows the sentence that the page carries for a request that failed.
function announce() {
  const box = document.getElementById('request-failed')
  if (box) box.hidden = false
}
// What is about to be replaced says that it is busy.
document.addEventListener('htmx:beforeRequest', (event) => event.detail.target.setAttribute('aria-busy', 'true'))
document.addEventListener('htmx:afterRequest', (event) => event.detail.target.removeAttribute('aria-busy'))

document.addEventListener('htmx:beforeRequest', () => {
  const box = document.getElementById('request-failed')
  if (box) box.hidden = true
})
