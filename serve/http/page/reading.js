// The body of an article with its sentences underlined; one of them can be chosen, by mouse, by keyboard or by a link.
import { codePoints, element } from "./dom.js";
import words from "./words.js";

const keyOf = (source) => `${source.start}-${source.end}`;

/** A sentence cut wherever some source begins or ends, so that each source can be shown as a whole. */
function pieces(text, segment, sources) {
  const inside = sources.filter((s) => s.start < segment.end && s.end > segment.start);
  const cuts = new Set([segment.start, segment.end]);
  for (const { start, end } of inside) for (const cut of [start, end]) if (cut > segment.start && cut < segment.end) cuts.add(cut);
  const places = [...cuts].sort((a, b) => a - b);
  return places.slice(1).map((end, index) => {
    const start = places[index];
    const covering = inside.filter((s) => s.start <= start && s.end >= end).map(keyOf);
    const shown = text.slice(start, end);
    return covering.length ? element("span", { class: "source", "data-sources": covering.join(" ") }, shown) : shown;
  });
}

/** A sentence's verdict in words, with its source: what a screen reader adds to it, and paper prints behind it. */
function describe({ verdict, source }) {
  const named = source ? `: ${source.text}` : "";
  return verdict === "own_account" ? `${words.verdicts[verdict]}, ${words.needsNoSource}` : `${words.verdicts[verdict] ?? "not judged"}${named}`;
}

/** Links that choose sentences, by their numbers. */
export function sentenceLinks(indices, choose) {
  return indices.map((index) =>
    element("a", { href: `#s${index + 1}`, "aria-label": `sentence ${index + 1}`, onclick: (event) => (event.preventDefault(), choose(index)) }, String(index + 1)));
}

function setAside(text, record, start, end) {
  const aside = record.notes.set_aside.map((place) => [place.start, place.end, words.asides[place.kind]]);
  const repeats = record.notes.duplicates.map(([a, b]) => [a, b, words.asides.duplicate]);
  const ranges = [...aside, ...repeats].filter(([a, b]) => a < end && b > start).sort((a, b) => a[0] - b[0]);
  const parts = [];
  let position = start;
  for (const [a, b, name] of ranges) {
    const from = Math.max(a, position);
    const to = Math.max(Math.min(b, end), from);
    parts.push(text.slice(position, from));
    if (to > from) parts.push(element("span", { class: "set-aside", title: `Set aside: ${name}` }, text.slice(from, to)));
    position = to;
  }
  return [...parts, text.slice(position, end)];
}

/** The text as an element, and `choose(index)`; `onChoose` is told the index, or null. */
export function reading(body, record, onChoose) {
  const text = codePoints(body);
  const distinct = new Map(record.segments.filter((s) => s.source).map((s) => [keyOf(s.source), s.source]));
  const sources = [...distinct.values()];
  const box = element("div", { class: "text", role: "group", "aria-label": "Article, sentence by sentence; arrow keys move" });
  const spans = [];
  let position = 0;
  record.segments.forEach((segment, index) => {
    box.append(...setAside(text, record, position, segment.start).filter(Boolean));
    const name = segment.verdict ?? "none";
    const span = element(
      "span",
      { class: "sentence", id: `s${index + 1}`, role: "button", tabindex: index ? -1 : 0, "aria-pressed": "false", "aria-description": describe(segment) },
      pieces(text, segment, sources),
    );
    spans.push(span);
    box.append(element("span", { class: `v-${name}${segment.flagged ? " flagged" : ""}` }, span));
    position = segment.end;
  });
  box.append(...setAside(text, record, position, text.length).filter(Boolean));

  function choose(index, { focus = true } = {}) {
    spans.forEach((span, i) => {
      span.setAttribute("aria-pressed", String(i === index));
      span.tabIndex = i === (index ?? 0) ? 0 : -1;
    });
    const source = index === null ? null : record.segments[index].source;
    for (const piece of box.querySelectorAll(".source")) {
      piece.classList.toggle("on", source !== null && piece.dataset.sources.split(" ").includes(keyOf(source)));
    }
    if (index !== null && focus) {
      spans[index].focus({ preventScroll: true });
      spans[index].scrollIntoView({ block: "center" });
    }
    onChoose(index);
  }
  /** Chooses nothing; the focus goes back to the sentence that was chosen. */
  function leave(index) {
    choose(null);
    spans[index].focus();
  }
  const indexOf = (target) => spans.indexOf(target.closest(".sentence"));
  box.addEventListener("click", (event) => {
    const index = indexOf(event.target);
    if (index >= 0 && getSelection().isCollapsed) choose(spans[index].getAttribute("aria-pressed") === "true" ? null : index);
  });
  box.addEventListener("keydown", (event) => {
    const index = indexOf(event.target);
    const last = spans.length - 1;
    const to = { ArrowRight: index + 1, ArrowDown: index + 1, ArrowLeft: index - 1, ArrowUp: index - 1, Home: 0, End: last, Enter: index, " ": index }[event.key];
    if (event.key === "Escape") choose(null);
    else if (index >= 0 && to !== undefined && to >= 0 && to <= last) choose(to);
    else return;
    event.preventDefault();
  });
  return { box, choose, leave };
}
