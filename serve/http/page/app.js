// The page: sends a text to the service and shows its record.
import { Refused, read, score } from "./api.js";
import { showResult } from "./result.js";
import words from "./words.js";

const get = (id) => document.getElementById(id);
const [form, text, status, alertLine, result] = ["form", "text", "status", "alert", "result"].map(get);
let running = null;

function complain(message) {
  status.textContent = "";
  alertLine.textContent = message;
}

/** Runs one task at a time: a new one ends the one before. */
async function run(task) {
  running?.abort();
  const mine = (running = new AbortController());
  complain("");
  status.textContent = "Reading…";
  try {
    await task(mine.signal);
  } catch (error) {
    if (error.name === "AbortError") return;
    complain(error.message);
    if (error instanceof Refused && error.status === 401) {
      get("key-row").hidden = false;
      get("key").focus();
    }
  }
}

async function check(article, signal) {
  const scored = await score({ headline: article.headline, body: article.body }, signal);
  showResult(result, article, scored);
  const { record } = scored;
  const flagged = record.segments.filter((segment) => segment.flagged).length;
  status.textContent = record.segments.length ? `Checked: ${flagged} of ${record.segments.length} sentences flagged.` : "Checked.";
  result.focus({ preventScroll: true });
  result.scrollIntoView({ block: "start" });
}

const checkText = () => run(async (signal) => check(await read(text.value, "text/plain", signal), signal));

const typeOf = (file) => {
  if (file.type === "text/html" || /\.x?html?$/i.test(file.name)) return "text/html";
  return /\.(md|markdown)$/i.test(file.name) ? "text/markdown" : "text/plain";
};

const checkFile = (file) => run(async (signal) => {
  const article = await read(file, typeOf(file), signal);
  text.value = [article.headline, article.body].filter((part) => part !== null).join("\n\n");
  text.scrollTop = 0;
  await check(article, signal);
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (text.value.trim()) checkText();
  else complain("Paste an article or type a headline first.");
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
get("open").addEventListener("click", () => get("file").click());
get("file").addEventListener("change", ({ target }) => {
  if (target.files.length) checkFile(target.files[0]);
  target.value = "";
});
get("example").addEventListener("click", () => {
  text.value = words.example;
  checkText();
});
for (const [name, isOver] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.toggle("dragged", isOver);
    if (name === "drop" && event.dataTransfer.files.length) checkFile(event.dataTransfer.files[0]);
  });
}
get("disclaimer").textContent = words.disclaimer;
