// Explains a record's numbers and names.
import words from "./words.js";

export const MEANINGS = {
  unsourced: "A claim in the author’s own voice that needs a source. Nobody is named who says so.",
  vague_source: "A claim whose only source cannot be asked: “experts”, “reportedly”, a platform.",
  speculation: "The author’s own inference, told as likely.",
  attributed: "A claim with a source.",
  own_account: "A claim in the author’s own voice that needs no source: public record, common knowledge, or what the reporter saw.",
  not_a_claim: "Nothing to check here: an opinion, a question, scene-setting or a caption.",
};
const SOURCES = { named: "named", anonymous: "not named, but described", vague: "vague", platform: "only a platform" };

export function percent(p) {
  if (p < 0.005) return "< 1%";
  return p > 0.995 ? "> 99%" : `${Math.round(p * 100)}%`;
}

function ofAHundred(p) {
  if (p < 0.005) return "fewer than 1";
  return p > 0.995 ? "more than 99" : `about ${Math.round(p * 100)}`;
}

export const headlineOdds = (p) => `Of 100 headlines that score like this one, editors would call ${ofAHundred(p)} sensational.`;
export const reportedOdds = (p) => `Of 100 headlines that score like this one, the bodies of ${ofAHundred(p)} report all that they state.`;
export const riskOdds = (p) => `Of 100 articles that score like this one, an editor would send ${ofAHundred(p)} to a sourcing review.`;
export const sentenceOdds = (p) => `Of 100 sentences that score like this one, ${ofAHundred(p)} need a source and have none.`;
export const sourceKind = (source) => SOURCES[source.type] + (source.carried_over ? ", carried over from an earlier sentence" : "");

export function whyPartial(record) {
  if (record.status === "rejected") return record.notes.rejected.message;
  if (record.status === "ok") return null;
  const { language } = record.notes;
  if (language && language !== "en") return words.partial.language.replace("{}", language);
  if (!record.headline) return words.partial.headline;
  return record.segments.length ? words.partial.untrained : words.partial.body;
}
