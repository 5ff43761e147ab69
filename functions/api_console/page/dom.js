/* Elements made of attributes and text. No string is ever parsed as HTML, so what a document says stays text. */

const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "open", "hidden", "multiple", "required"]);

/**
 * An element.
 * `on`: listeners by event; `vars`: CSS custom properties (through CSSOM, which the content security policy lets);
 * `data`: data attributes; absent values are left out. Children: nodes, text, lists of them; null and false are left out.
 */
export function el(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null) continue;
    if (name === "on") for (const [event, listen] of Object.entries(value)) node.addEventListener(event, listen);
    else if (name === "vars") for (const [key, said] of Object.entries(value)) node.style.setProperty(`--${key}`, said);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (PROPERTIES.has(name)) node[name] = value;
    else if (value !== false) node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...flat(children));
  return node;
}

export function replace(node, ...children) {
  node.replaceChildren(...flat(children));
  return node;
}

const FOCUSABLE = "a[href], button:not(:disabled), input:not(:disabled), select, textarea, summary, [tabindex='0']";

/** The same for what is drawn anew while somebody works in it: the focus stays on the same link, or in the same place. */
export function redraw(node, ...children) {
  const at = [...node.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
  const href = at < 0 ? null : document.activeElement.getAttribute("href");
  replace(node, ...children);
  if (at < 0) return node;
  const now = [...node.querySelectorAll(FOCUSABLE)];
  const same = href === null ? null : now.find((one) => one.getAttribute("href") === href);
  (same ?? now[Math.min(at, now.length - 1)])?.focus();
  return node;
}

/** A name that somebody else chose: kept from turning the direction of the text around it. */
export function named(name) {
  return el("bdi", { class: "name" }, name);
}

export function button(label, run, props) {
  return el("button", { type: "button", ...props, on: { click: run } }, label);
}

export function link(href, ...children) {
  return el("a", { href }, ...children);
}

let count = 0;

/** A label, its control and a hint, tied together. */
export function labelled(label, control, hint) {
  count += 1;
  control.id ||= `control-${count}`;
  const said = hint && el("small", { id: `${control.id}-hint` }, hint);
  if (said) control.setAttribute("aria-describedby", said.id);
  return el("div", { class: "labelled" }, el("label", { for: control.id }, label), control, said);
}

export function select(options, props) {
  const { value, ...rest } = props ?? {};
  const node = el("select", rest, options.map(([key, said]) => el("option", { value: key }, said)));
  if (value !== undefined) node.value = value;
  return node;
}

function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}
