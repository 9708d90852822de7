// The sources of an article as a table; claims are links to their sentences.
import { element } from "./dom.js";
import { sentenceLinks } from "./reading.js";

const head = (name) => element("th", { scope: "col" }, name);

export function sourceTable(sources, choose) {
  const rows = sources.map(({ name, type, segments, words }) =>
    element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, type), element("td", {}, sentenceLinks(segments, choose)), element("td", { class: "count" }, String(words))));
  return element("div", { class: "sources", role: "region", "aria-label": "Sources", tabindex: 0 },
    element("table", {}, element("caption", {}, "Sources that claims rest on"),
      element("thead", {}, element("tr", {}, ["source", "type", "claims", "words"].map(head))), element("tbody", {}, rows)));
}
