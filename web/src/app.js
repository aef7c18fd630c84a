// Everything the browser runs. Each page reads, and each plain form works,
// without it.
import './htmx.js'
import { copyFields } from './copy.js'
import { dialogs } from './dialogs.js'
import { errorFocus } from './errors.js'
import { exitAtOnce } from './exit.js'
import { findBox } from './find.js'
import { guardForms } from './guard.js'
import { keys } from './keys.js'
import { closeMenus } from './menus.js'
import { printButtons } from './print.js'

exitAtOnce()
guardForms()
closeMenus()
copyFields()
printButtons()
errorFocus()
dialogs()
findBox()
keys()
