// Builds elements: a string always becomes a text node, never markup.

/** An element with attributes ("on…" are listeners, null is left out) and children (strings or nodes). */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== ""));
  return made;
}

/** Cuts a string at offsets that count code points, as the record's do; JavaScript counts UTF-16 units. */
export function codePoints(text) {
  const units = [0];
  for (const char of text) units.push(units.at(-1) + char.length);
  const unit = (offset) => units[Math.max(0, Math.min(offset, units.length - 1))];
  return { length: units.length - 1, slice: (start, end) => text.slice(unit(start), unit(end)) };
}
