// Everything the browser runs. Each page reads, and each plain form works,
// without it.
import 'bootstrap-italia/dist/plugins/collapse.js'
import './htmx.js'
import { errorFocus } from './errors.js'
import { exitAtOnce } from './exit.js'
import { guardForms } from './guard.js'
import { closeMenus } from './menus.js'

exitAtOnce()
guardForms()
closeMenus()
errorFocus()
