// Shows a record: headline, risk with reasons, text, legend, what to ask, sources, and the model's details.
import { sendFeedback } from "./api.js";
import { element } from "./dom.js";
import { headline } from "./headline.js";
import { MEANINGS, percent, riskOdds, sentenceOdds, sourceKind, whyPartial } from "./meaning.js";
import { reading, sentenceLinks } from "./reading.js";
import { sourceTable } from "./sources.js";
import words from "./words.js";

const VERDICTS = ["unsourced", "vague_source", "speculation", "attributed", "own_account", "not_a_claim"];

function riskCard(risk, choose) {
  const level = words.levels[risk.level];
  const reasons = risk.reasons.map((reason) => {
    const links = sentenceLinks(reason.segments.slice(0, 12), choose);
    const more = reason.segments.length > 12 ? ` and ${reason.segments.length - 12} more` : "";
    return element("li", {}, reason.message, links, more);
  });
  return element("section", { class: `risk ${risk.level}`, "aria-label": "Risk" },
    element("div", { class: "dial" }, element("span", { class: "number" }, percent(risk.p)), element("span", { class: "level" }, risk.level)),
    element("div", {},
      element("p", {}, `${level[0].toUpperCase()}${level.slice(1)}.`),
      element("p", { class: "meaning" }, riskOdds(risk.p)),
      reasons.length ? element("ul", { class: "reasons" }, reasons) : ""));
}

function legend(record) {
  const rows = VERDICTS.map((name) => {
    const count = record.segments.filter((s) => s.verdict === name).length;
    return element("li", {}, element("span", { class: `v-${name}` }, words.verdicts[name]), element("span", { class: "count" }, `${count} ${count === 1 ? "sentence" : "sentences"}${name === "own_account" ? `; ${words.needsNoSource}` : ""}`));
  });
  const aside = record.notes.set_aside.length + record.notes.duplicates.length;
  const asideRow = aside ? element("li", {}, element("span", { class: "set-aside" }, "set aside"), element("span", { class: "count" }, `${aside} ${aside === 1 ? "place" : "places"}: without a claim of its own, or a repeat; not judged`)) : "";
  const missingRow = record.headline?.support?.missing.length ? element("li", {}, element("u", {}, "outlined"), element("span", { class: "count" }, "in the headline: words that the body lacks")) : "";
  return element("div", { class: "legend-box" }, element("h3", {}, "Legend"), element("ul", { class: "legend" }, rows,
    element("li", {}, element("mark", {}, "marked"), element("span", { class: "count" }, "in the headline: words that its flag is based on; below: the source")),
    missingRow, asideRow));
}

function feedback({ record, signature }, segment, question) {
  const said = element("span", { role: "status" });
  const send = async (agrees) => {
    try {
      await sendFeedback({ record, signature, agrees, ...(segment === null ? {} : { segment }) });
      said.textContent = "Stored with the text. Thank you.";
      for (const button of buttons) button.disabled = true;
    } catch (error) {
      said.textContent = error.message.replace("Not checked", "Not stored");
    }
  };
  const buttons = [["Agree", true], ["Disagree", false]].map(([label, agrees]) => element("button", { type: "button", onclick: () => send(agrees) }, label));
  return element("div", { class: "feedback", role: "group", "aria-label": question }, element("span", {}, question), buttons, said);
}

function fillPanel(panel, scored, index, close) {
  panel.className = "panel";
  if (index === null) {
    panel.replaceChildren(element("h3", {}, "A sentence"), element("p", {}, "Choose a sentence to see its verdict, and why."));
    return;
  }
  const segment = scored.record.segments[index];
  const question = scored.questions.segments[index];
  panel.classList.add("chosen", `v-${segment.verdict ?? "none"}`);
  panel.replaceChildren(
    element("button", { type: "button", class: "close", onclick: close, "aria-label": "Close" }, "✕"),
    element("h3", {}, `Sentence ${index + 1}`),
    element("p", { class: "verdict" }, words.verdicts[segment.verdict] ?? "not judged", segment.flagged ? " · flagged" : ""),
    element("p", {}, MEANINGS[segment.verdict] ?? ""),
    ...(segment.source ? [element("blockquote", {}, segment.source.text), element("p", {}, `Source: ${sourceKind(segment.source)}.`)] : []),
    ...(question ? [element("p", { class: "ask" }, question)] : []),
    ...(segment.unsourced === null ? [] : [element("p", {}, `${percent(segment.unsourced)}. ${sentenceOdds(segment.unsourced)}`)]),
    feedback(scored, index, "Is this right?"));
}

/** What to ask of the flagged sentences, in their order. */
function questionList(questions, choose) {
  const rows = questions.flatMap((question, index) => (question ? [element("li", {}, sentenceLinks([index], choose), " ", question)] : []));
  return rows.length ? [element("section", { class: "questions", "aria-label": "What to ask" }, element("h3", {}, "What to ask"), element("ul", {}, rows))] : [];
}

function foot(scored) {
  const { record } = scored;
  const { model } = record;
  const rows = { version: model.version, policy: model.policy, precision: model.precision, weights: model.weights_sha256, config: model.config_sha256, data: model.data_sha256 };
  const blob = new Blob([JSON.stringify(record, null, 2)], { type: "application/json" });
  return element("div", { class: "foot" },
    feedback(scored, null, "Do you agree with the whole?"),
    element("p", { class: "feedback-notice" }, "Feedback stores this text and its scores in a file of this service, for the next training."),
    element("details", {}, element("summary", {}, `Model ${model.name}, policy ${model.policy}, ${model.precision}`),
      element("dl", {}, Object.entries(rows).map(([name, value]) => [element("dt", {}, name), element("dd", {}, element("code", {}, value))]))),
    element("a", { href: URL.createObjectURL(blob), download: "record.json" }, "Save the record as JSON"));
}

/** Fills `place` with an article's record and what to ask of its flags; the signature goes back with feedback. */
export function showResult(place, article, scored) {
  const { record, questions } = scored;
  for (const link of place.querySelectorAll("a[download]")) URL.revokeObjectURL(link.href);
  const panel = element("aside", { "aria-label": "The chosen sentence", "aria-live": "polite" });
  const body = reading(article.body ?? "", record, (index) => fillPanel(panel, scored, index, () => body.leave(index)));
  fillPanel(panel, scored, null);
  const partial = whyPartial(record);
  const { genre } = record.notes;
  const truncated = record.notes.truncated ? "Parts of the text were too long to read whole." : "";
  place.replaceChildren(
    ...(record.headline ? headline(record, questions.headline, body.choose) : [element("h2", { class: "visually-hidden" }, "No headline")]),
    ...[partial, truncated].filter(Boolean).map((line) => element("p", { class: "partial" }, line)),
    ...(record.risk.p === null ? [] : [riskCard(record.risk, body.choose)]),
    ...(genre ? [element("p", { class: "headline-verdict" }, `Reads as ${words.genres[genre.value]} · ${percent(genre.p)}.`)] : []),
    ...(record.segments.length ? [element("div", { class: "reading" }, body.box, element("div", { class: "side" }, panel, legend(record)))] : []),
    ...questionList(questions.segments, body.choose),
    ...(record.sources.length ? [sourceTable(record.sources, body.choose)] : []),
    foot(scored));
  place.hidden = false;
}
