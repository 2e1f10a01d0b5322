// Looks at a page as a person does: by the words on it. Called by tab.go with one question, answers with plain data.
(ask) => {
  const plain = s => (s || '').replace(/\s+/g, ' ').trim()
  const shown = el => el.getClientRects().length > 0 && el.checkVisibility({ visibilityProperty: true })
  const words = el => {
    if (el.nodeType === Node.TEXT_NODE) return el.data
    if (el.nodeType !== Node.ELEMENT_NODE || el.hidden || el.ariaHidden === 'true') return ''
    if (el.matches('script, style, select, textarea, template')) return ''
    return el.matches('img') ? el.alt : [...el.childNodes].map(words).join('')
  }
  const named = el => {
    const by = plain(el.getAttribute('aria-labelledby')).split(' ').map(id => id && document.getElementById(id))
    const said = by.filter(Boolean).map(words).join(' ') || el.getAttribute('aria-label')
    return plain(said || (el.matches('input[type=submit], input[type=button], input[type=reset]') ? el.value : words(el)))
  }
  const all = (root, selector) => [...root.querySelectorAll(selector)].filter(shown)
  const unique = list => [...new Set(list)]

  // Parts of a page: a group by its legend or heading, otherwise a row or an item by any of its words.
  const titles = 'legend, caption, h1, h2, h3, h4, h5, h6, .govuk-summary-card__title'
  const groups = 'fieldset, [role=group], [role=region], [role=dialog], section, article, form, dialog, details, table, .govuk-summary-card'
  const rows = 'tr, li, dl > div, .govuk-summary-list__row'
  const titleOf = el => {
    if (el.ariaLabel || el.getAttribute('aria-labelledby')) return named(el)
    const title = [...el.querySelectorAll(titles)].find(h => h.closest(groups) === el)
    return title ? plain(words(title)) : ''
  }
  const part = (root, text) => {
    const titled = all(root, groups).filter(el => titleOf(el) === text)
    const found = titled.length ? titled : all(root, rows).filter(el => plain(words(el)).includes(text))
    const inner = found.filter(el => !found.some(other => other !== el && el.contains(other)))
    if (inner.length === 1) return inner[0]
    throw new Problem(inner.length, `part called "${text}"`, all(root, groups).map(titleOf))
  }
  class Problem extends Error {
    constructor(count, what, others) {
      const seen = unique(others.filter(Boolean)).map(s => JSON.stringify(s)).join(', ')
      super(count ? `${count} matches for ${what}: name the part with In` : `no ${what}; there is ${seen || 'none'}`)
      this.missing = count === 0
    }
  }
  const one = (found, what, others) => {
    if (found.length === 1) return found[0]
    throw new Problem(found.length, what, others)
  }

  const fields = 'input:not([type=hidden], [type=submit], [type=button], [type=reset]), select, textarea'
  const field = (root, label) => {
    const labels = [...root.querySelectorAll('label')].filter(l => l.control && shown(l.control))
    const direct = all(root, fields).filter(el => el.ariaLabel || el.getAttribute('aria-labelledby'))
    const found = [...labels.filter(l => plain(words(l)) === label).map(l => l.control), ...direct.filter(el => named(el) === label)]
    const others = [...labels.map(l => plain(words(l))), ...direct.map(named)]
    const questions = found.filter(el => !el.matches('[type=checkbox], [type=radio]')) // an answer may read like another question
    return one(unique(questions.length ? questions : found), `field labelled "${label}"`, others)
  }
  const controls = 'a[href], button, input[type=submit], input[type=button], input[type=reset], [role=button], [role=link], [role=tab], [role=menuitem]'
  const thing = (root, text) => {
    const buttons = all(root, controls), labels = all(root, 'label, summary')
    const found = buttons.filter(el => named(el) === text)
    return one(found.length ? found : labels.filter(el => named(el) === text), `link, button or label "${text}"`,
      [...buttons, ...labels].map(named))
  }

  // A control that takes the browser to another document unless a script prevents it.
  const leaves = el => {
    const link = el && el.closest('a[href]')
    if (link) {
      const sameTab = !link.target || link.target === '_self'
      return sameTab && !link.hasAttribute('download') && /^https?:$/.test(link.protocol) &&
        !(link.hash && link.href.split('#')[0] === location.href.split('#')[0])
    }
    const submit = el && el.closest('button, input')
    if (!submit || submit.type !== 'submit' || !submit.form || submit.disabled) return false
    const method = submit.getAttribute('formmethod') || submit.form.getAttribute('method')
    return method !== 'dialog' && (submit.form.noValidate || submit.formNoValidate || submit.form.matches(':valid'))
  }
  const watch = () => {
    window.relaisPrevented = false
    const note = event => { if (event.defaultPrevented) window.relaisPrevented = true }
    addEventListener('click', note, { once: true })
    addEventListener('submit', note, { once: true })
  }
  const aim = el => {
    el.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' })
    const box = el.getClientRects()[0], x = box.left + box.width / 2, y = box.top + box.height / 2
    const hit = document.elementFromPoint(x, y)
    if (!hit || !(el.contains(hit) || hit === el.control || hit.closest('label') === el)) {
      throw new Error(`"${named(el)}" is covered by ${hit ? hit.outerHTML.slice(0, 120) : 'nothing that can be hit'}`)
    }
    watch()
    return { x, y, leaves: leaves(el) }
  }
  const changed = el => {
    el.dispatchEvent(new Event('input', { bubbles: true }))
    el.dispatchEvent(new Event('change', { bubbles: true }))
    return {}
  }

  const answers = {
    aim: root => {
      const el = thing(root, ask.text)
      if (el.disabled || el.ariaDisabled === 'true') throw new Error(`"${ask.text}" is disabled`)
      return aim(el)
    },
    // Text is typed by the caller into what is focused and selected here; the other kinds of field are set here.
    fill: root => {
      const legend = all(root, 'fieldset').filter(el => titleOf(el) === ask.text)
      const typed = [...root.querySelectorAll('label')].some(l => l.control && shown(l.control) && plain(words(l)) === ask.text)
      if (legend.length === 1 && !typed) return aim(one(all(legend[0], 'label').filter(el => plain(words(el)) === ask.value),
        `choice "${ask.value}" in "${ask.text}"`, all(legend[0], 'label').map(words)))
      const el = field(root, ask.text)
      if (el.disabled || el.readOnly) throw new Error(`the field "${ask.text}" cannot be changed`)
      if (el.matches('[type=checkbox], [type=radio], [type=file]')) throw new Error(`"${ask.text}" is not typed into: use Click or Attach`)
      el.scrollIntoView({ block: 'center', behavior: 'instant' })
      el.focus()
      if (el.matches('select')) {
        const option = one([...el.options].filter(o => plain(o.text) === ask.value),
          `option "${ask.value}" in "${ask.text}"`, [...el.options].map(o => plain(o.text)))
        el.value = option.value
        return changed(el)
      }
      if (el.matches('[type=date], [type=time], [type=month], [type=week], [type=datetime-local], [type=color], [type=range]')) {
        el.value = ask.value
        return changed(el)
      }
      el.select()
      return { type: true }
    },
    value: root => {
      const el = field(root, ask.text)
      if (el.matches('[type=checkbox], [type=radio]')) return { text: el.checked ? 'yes' : 'no' }
      return { text: el.matches('select') ? plain(el.selectedOptions[0]?.text) : el.value }
    },
    attach: root => { field(root, ask.text).setAttribute('data-relais-attach', ''); return {} },
    text: root => ({ text: root.innerText }),
    focus: root => {
      const el = document.activeElement
      if (!el || el === document.body) return { text: '' }
      const label = el.labels && el.labels[0]
      const enters = el.matches('input') && el.form && el.form.querySelector('[type=submit], button:not([type])')
      const pressed = { Enter: enters || el, Space: el.matches('a, textarea') ? null : el }[ask.value]
      if (ask.watch) watch()
      return { text: !root.contains(el) ? '' : label ? plain(words(label)) : named(el), leaves: leaves(pressed) }
    },
  }

  try {
    let root = document.body
    for (const name of ask.within || []) root = part(root, name)
    return answers[ask.what](root)
  } catch (problem) {
    return { problem: problem.message, missing: !!problem.missing }
  }
}
