// Requests to the service, and its refusals as sentences.

const keyField = () => document.getElementById("key");

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(path, body, type, signal) {
  const headers = { "Content-Type": type };
  const key = keyField().value || sessionStorage.getItem("key");
  if (key) headers.Authorization = `Bearer ${key}`;
  let answer;
  try {
    answer = await fetch(path, { method: "POST", body, headers, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, "The service cannot be reached.");
  }
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const wait = answer.headers.get("Retry-After");
    const again = wait ? ` Try again in ${wait} s.` : "";
    throw new Refused(answer.status, `Not checked: ${found.detail ?? answer.statusText}.${again}`);
  }
  if (key) sessionStorage.setItem("key", key);
  return found;
}

/** A text or a file's bytes as {id, headline, body}. */
export const read = (content, type, signal) => ask("v1/read", content, type, signal);
export const score = (article, signal) => ask("v1/score", JSON.stringify(article), "application/json", signal);
export const sendFeedback = (feedback) => ask("v1/feedback", JSON.stringify(feedback), "application/json");
