package browser

// reportBinding is the function through which the page reports to us.
const reportBinding = "tessutoReport"

// reportScript runs first in every document.
const reportScript = `document.addEventListener('securitypolicyviolation', e => ` + reportBinding + `(
	e.effectiveDirective + ' blocked ' + (e.blockedURI || 'something') +
	' on ' + e.documentURI + (e.sourceFile ? ' (' + e.sourceFile + ':' + e.lineNumber + ')' : '') +
	(e.sample ? ' ' + e.sample : '')))`

// pageScript is one function, evaluated for each operation, so that it needs
// nothing to be left in the page and works where the page's own scripts are
// off. It never waits: it answers how things stand, and Go asks again.
//
// scope is a list of {Selector, Text}, each inside the one before.
const pageScript = `(function (op, scope, arg) {
	const norm = s => (s || '').replace(/\s+/g, ' ').trim()
	const fold = s => norm(s).toLocaleLowerCase()
	const no = why => ({ OK: false, Why: why })
	const yes = more => ({ OK: true, ...more })
	const seen = e => e.checkVisibility({ visibilityProperty: true }) && [...e.getClientRects()].some(r => r.width > 0 && r.height > 0)
	const say = e => '<' + e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + (e.className && e.className.baseVal === undefined ? '.' + norm(e.className).replaceAll(' ', '.') : '') + '>'
	const first = list => list.find(seen) || list[0]

	let root = document
	for (const s of scope) {
		const all = [...root.querySelectorAll(s.Selector)].filter(e => !s.Text || fold(e.innerText).includes(fold(s.Text)))
		if (!all.length) return no('nothing is ' + s.Selector + (s.Text ? ' with the text "' + s.Text + '"' : ''))
		root = first(all)
	}
	const inside = root === document ? document.body : root
	const every = selector => root === document ? [...document.querySelectorAll(selector)] : [...root.querySelectorAll(selector)]

	// What a person would call this control.
	const labels = e => [...(e.labels || [])].map(l => norm(l.innerText)).filter(Boolean)
	const names = e => [e.getAttribute('aria-label'), e.innerText, e.tagName === 'INPUT' ? e.value : '', e.title,
		...[...e.querySelectorAll('img[alt]')].map(i => i.alt)].map(norm).filter(Boolean)

	// An open dialog is in front; then what is in main; then the rest.
	const rank = e => e.closest('dialog[open], .modal.show') ? 0 : e.closest('main') ? 1 : 2
	const byRank = list => list.map((e, i) => [rank(e), i, e]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(x => x[2])

	function control(what, selector) {
		if (/^[#.\[]/.test(what)) return [first(every(what)), 'nothing is ' + what]
		const all = byRank(every(selector).filter(seen))
		const want = fold(what)
		const found = all.find(e => names(e).some(n => fold(n) === want)) || all.find(e => names(e).some(n => fold(n).includes(want)))
		return [found, 'nothing to click says "' + what + '"; there is: ' + all.slice(0, 25).map(e => names(e)[0] || say(e)).join(' | ')]
	}

	// Does a click here ask the server for something?
	function asks(e) {
		const a = e.closest('a[href]')
		if (a) {
			const href = a.getAttribute('href')
			return !href.startsWith('#') && /^https?:$/.test(a.protocol) && !a.hasAttribute('download') && (a.target === '' || a.target === '_self') &&
				!(a.hash && a.href.split('#')[0] === location.href.split('#')[0])
		}
		const b = e.closest('button, input')
		if (b && b.form && /^(submit|image)$/.test(b.type)) return (b.getAttribute('formmethod') || b.form.getAttribute('method') || '').toLowerCase() !== 'dialog'
		return !!e.closest('[hx-get], [hx-post], [hx-put], [hx-patch], [hx-delete]')
	}

	function point(what, selector) {
		const [e, why] = control(what, selector)
		if (!e) return no(why)
		if (!seen(e)) return no(say(e) + ' cannot be seen')
		if (e.disabled) return no(say(e) + ' is disabled')
		e.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' })
		const r = [...e.getClientRects()].find(r => r.width > 0 && r.height > 0)
		const x = (Math.max(r.left, 0) + Math.min(r.right, innerWidth)) / 2, y = (Math.max(r.top, 0) + Math.min(r.bottom, innerHeight)) / 2
		const top = document.elementFromPoint(x, y)
		if (top !== e && !e.contains(top) && !(top && top.closest('label') && top.closest('label').control === e))
			return no(say(e) + ' is covered by ' + (top ? say(top) : 'nothing: it is outside the window'))
		return yes({ X: x, Y: y, Asks: asks(e), Text: say(e) })
	}

	function field(name, selector) {
		const all = every(selector)
		const quoted = CSS.escape(name)
		const found = [all.filter(e => e.name === name), all.filter(e => e.matches('#' + quoted)),
			all.filter(e => labels(e).some(l => fold(l) === fold(name)) || fold(e.getAttribute('aria-label')) === fold(name))].find(l => l.length)
		return [found ? first(found) : null, 'no field is "' + name + '"; there is: ' + [...new Set(all.map(e => e.name || e.id))].filter(Boolean).join(' | ')]
	}

	function tell(e, ...types) { for (const t of types) e.dispatchEvent(new Event(t, { bubbles: true })) }

	// A value goes in as a script would put it, but so that the page hears it.
	function put(e, property, value) {
		Object.getOwnPropertyDescriptor(Object.getPrototypeOf(e), property).set.call(e, value)
		tell(e, 'input', 'change')
	}

	const clickable = 'a[href], button, summary, label, input[type=submit], input[type=button], input[type=image], input[type=reset], ' +
		'[role=button], [role=tab], [role=menuitem], [role=link], [role=option]'
	const ops = {
		settled() {
			if (document.readyState !== 'complete') return no('the document is ' + document.readyState)
			const busy = document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')
			return busy ? no(say(busy) + ' is being exchanged') : yes()
		},
		click: () => point(arg.What, clickable),
		submit: () => point(arg.What, 'button, input[type=submit], input[type=image]'),
		invalid: () => yes({ Text: [...document.querySelectorAll(':is(input, select, textarea):invalid')].map(e => (e.name || e.id) + ': ' + e.validationMessage).join('; ') }),
		type() {
			const [e, why] = field(arg.Name, 'input:not([type=hidden], [type=checkbox], [type=radio], [type=submit], [type=file]), textarea')
			if (!e) return no(why)
			if (!seen(e)) return no(say(e) + ' cannot be seen')
			if (e.disabled || e.readOnly) return no(say(e) + ' cannot be written in')
			e.scrollIntoView({ block: 'center', behavior: 'instant' })
			e.focus()
			const typed = /^(text|search|email|tel|url|password|textarea)$/.test(e.type)
			if (!typed || arg.Value === '') { put(e, 'value', arg.Value); return yes() }
			e.select()
			return yes({ Asks: true })
		},
		typed() {
			const e = document.activeElement
			tell(e, 'keyup')
			return e.value.replaceAll('\r', '') === arg.Value.replaceAll('\r', '') ? yes() : no('it holds "' + e.value + '"')
		},
		select() {
			const [e, why] = field(arg.Name, 'select')
			if (!e) return no(why)
			if (e.disabled) return no(say(e) + ' is disabled')
			const all = [...e.options], want = fold(arg.Value)
			const o = all.find(o => o.value === arg.Value) || all.find(o => fold(o.text) === want)
			if (!o) return no('"' + arg.Name + '" does not offer "' + arg.Value + '"; it offers: ' + all.map(o => o.value + ' (' + norm(o.text) + ')').join(' | '))
			if (o.disabled) return no('"' + arg.Value + '" is disabled')
			o.selected = true
			tell(e, 'input', 'change')
			return yes()
		},
		check() {
			const all = every('input[type=checkbox], input[type=radio]').filter(e => e.name === arg.Name || e.id === arg.Name || labels(e).some(l => fold(l) === fold(arg.Name)))
			const e = all.find(e => arg.Value === '' || e.value === arg.Value || labels(e).some(l => fold(l) === fold(arg.Value)))
			if (!e) return no('no box is "' + arg.Name + '" with "' + arg.Value + '"; there is: ' + every('input[type=checkbox], input[type=radio]').map(e => e.name + '=' + e.value).join(' | '))
			if (e.disabled) return no(say(e) + ' is disabled')
			if (e.checked !== arg.On) e.click()
			return e.checked === arg.On ? yes() : no(say(e) + ' does not change')
		},
		text() {
			const e = first(every(arg.Selector))
			return e ? yes({ Text: norm(e.innerText === undefined ? e.textContent : e.innerText) }) : no('nothing is ' + arg.Selector)
		},
		texts: () => yes({ List: every(arg.Selector).map(e => norm(e.innerText)) }),
		attr() {
			const e = first(every(arg.Selector))
			return e ? yes({ Text: e.getAttribute(arg.Name) || '' }) : no('nothing is ' + arg.Selector)
		},
		value() {
			const [e, why] = field(arg.Name, 'input:not([type=hidden]), select, textarea')
			return e ? yes({ Text: e.value }) : no(why)
		},
		says: () => fold(inside.innerText).includes(fold(arg.Text)) ? yes() : no('the page says: ' + norm(inside.innerText).slice(0, 600)),
		html: () => yes({ Text: root === document ? document.documentElement.outerHTML : root.outerHTML }),
		focused() {
			const e = document.activeElement
			return yes({ Text: !e || e === document.body ? '' : names(e)[0] || labels(e)[0] || e.name || say(e) })
		},
		wide() {
			const d = document.documentElement, width = d.clientWidth
			if (d.scrollWidth <= width) return yes()
			const out = [...document.body.querySelectorAll('*')].filter(e => {
				const r = e.getBoundingClientRect()
				const spills = getComputedStyle(e).overflowX === 'visible' && r.left + e.scrollWidth > width + 1
				return seen(e) && (r.right > width + 1 || r.left < -1 || spills)
			})
			return no('the page is ' + d.scrollWidth + ' px wide in a window of ' + width + '; out of it: ' +
				out.filter(e => !out.some(o => o !== e && e.contains(o))).slice(0, 5).map(e => say(e) + ' ' + norm(e.innerText).slice(0, 40)).join(' | '))
		},
	}
	return ops[op]()
})`

// axeScript runs axe-core, once it is loaded, with the rules of WCAG 2.2 AA.
const axeScript = `(async () => {
	for (const a of document.getAnimations()) { try { a.finish() } catch { a.cancel() } }
	const result = await axe.run(document, {
		preload: false,
		resultTypes: ['violations'],
		runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
	})
	return result.violations.map(v => ({
		ID: v.id, Help: v.help,
		Nodes: v.nodes.map(n => ({ Target: n.target.flat().join(' '), HTML: n.html, Why: n.failureSummary || '' })),
	}))
})()`
