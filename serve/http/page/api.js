// Requests to the service, and its refusals as sentences.

const keyField = () => document.getElementById("key");

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function answer(path, body, type, signal) {
  const headers = { "Content-Type": type };
  const key = keyField().value || sessionStorage.getItem("key");
  if (key) headers.Authorization = `Bearer ${key}`;
  let got;
  try {
    got = await fetch(path, { method: "POST", body, headers, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, "The service cannot be reached.");
  }
  const found = await got.json().catch(() => ({}));
  if (!got.ok) {
    const wait = got.headers.get("Retry-After");
    const again = wait ? ` Try again in ${wait} s.` : "";
    throw new Refused(got.status, `Not checked: ${found.detail ?? got.statusText}.${again}`);
  }
  if (key) sessionStorage.setItem("key", key);
  return { found, signature: got.headers.get("X-Record-Signature") };
}

const ask = async (...request) => (await answer(...request)).found;

/** A text or a file's bytes as {id, headline, body}. */
export const read = (content, type, signal) => ask("v1/read", content, type, signal);
/** An article's record, what to ask of its flags, and the signature that feedback on the record needs. */
export const score = async (article, signal) => {
  const { found, signature } = await answer("v1/score/questions", JSON.stringify(article), "application/json", signal);
  return { ...found, signature };
};
export const sendFeedback = (feedback) => ask("v1/feedback", JSON.stringify(feedback), "application/json");
