// The headline with its framing words and the words that the body lacks marked, and both in words below it.
import { codePoints, element } from "./dom.js";
import { headlineOdds, percent, reportedOdds } from "./meaning.js";
import { sentenceLinks } from "./reading.js";
import words from "./words.js";

/** The text from start to end, with the words that the body lacks outlined. */
function outlined(text, missing, start, end) {
  const parts = [];
  let position = start;
  for (const { start: from, end: to } of missing) {
    const [a, b] = [Math.max(from, position), Math.min(to, end)];
    if (a >= b) continue;
    parts.push(text.slice(position, a), element("u", {}, text.slice(a, b)));
    position = b;
  }
  return [...parts, text.slice(position, end)];
}

function marked({ text: all, cues, support }) {
  const text = codePoints(all);
  const missing = [...(support?.missing ?? [])].sort((a, b) => a.start - b.start);
  const parts = [];
  let position = 0;
  for (const { start, end } of [...cues].sort((a, b) => a.start - b.start)) {
    if (start < position) continue;
    parts.push(outlined(text, missing, position, start), element("mark", {}, outlined(text, missing, start, end)));
    position = end;
  }
  return element("h2", { class: "headline" }, parts.flat(), outlined(text, missing, position, text.length));
}

/** A line of quoted words, each as it is marked in the headline and with its kind. */
function quoted(label, tag, found) {
  const items = found.flatMap(([text, kind], index) => [index ? ", " : "", element(tag, {}, text), ` (${kind})`]);
  return items.length ? [element("br"), label, items] : [];
}

function framing({ sensational, flagged, form, cues }) {
  if (sensational === null) return [];
  const verdict = flagged ? element("strong", {}, "Sensational framing") : "No sensational framing";
  const line = ` · ${percent(sensational)} · ${words.forms[form]}. ${headlineOdds(sensational)}`;
  return [element("p", { class: "headline-verdict" }, verdict, line, quoted("Framing words: ", "mark", cues.map(({ text, cue }) => [text, words.framing[cue]])).flat())];
}

function reported({ support }, policy, choose) {
  if (!support) return [];
  const verdict = words.support[support.verdict];
  const missing = support.missing.map(({ text, kind }) => [text, words.missing[kind]]);
  const p = percent(support.p);
  const [shown, odds] = support.verdict === "supported"
    ? [verdict, `${p} supported`]
    : [element("strong", {}, verdict), words.unsupported.replace("{p}", p).replace("{policy}", policy)];
  return [element("p", { class: "headline-verdict" },
    shown, ` · ${odds}. ${reportedOdds(support.p)} `, sentenceLinks(support.segments.slice(0, 12), choose), quoted("Not in the body: ", "u", missing).flat())];
}

/** The elements of a record's headline, with what to ask of it; a link to a sentence of the body calls `choose`. */
export const headline = ({ headline: found, model }, questions, choose) => [marked(found), ...framing(found), ...reported(found, model.policy, choose),
  ...questions.map((question) => element("p", { class: "ask" }, question))];
