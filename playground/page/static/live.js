// The journal as it is written: one stream that every part of the page listens to.

import { journalUrl } from "./api.js";

const KEPT = 400;

export class Live extends EventTarget {
  /** Dispatches "entry" (detail: the entry), "open" and "lost". `entries` are the newest, oldest first. */
  entries = [];

  start() {
    const source = new EventSource(journalUrl(KEPT));
    source.addEventListener("message", (event) => this.#take(JSON.parse(event.data)));
    source.addEventListener("open", () => this.dispatchEvent(new Event("open")));
    source.addEventListener("error", () => this.dispatchEvent(new Event("lost")));
  }

  get newest() {
    return this.entries.at(-1)?.n ?? 0;
  }

  #take(entry) {
    if (entry.n < this.newest) this.entries.length = 0; // a new playground counts from the start
    this.entries.push(entry);
    if (this.entries.length > KEPT) this.entries.shift();
    this.dispatchEvent(new CustomEvent("entry", { detail: entry }));
  }
}

/** Tell whether some screen of the entry's platform may look different after it. */
export const changesScreens = (entry) => entry.kind !== "request" && entry.kind !== "fault";

/** The user ids an entry brings a new message to, as the API calls name them. */
export function receivers(entry) {
  if (entry.kind !== "request" || typeof entry.body !== "object" || entry.body === null) return [];
  if (entry.url.includes("/message/send"))
    return String(entry.body.touser ?? "")
      .split("|")
      .filter(Boolean);
  if (entry.url.includes("/oToMessages/batchSend")) return (entry.body.userIds ?? []).map(String);
  if (/\/card\/instances\/(createAndDeliver|deliver)/.test(entry.url)) {
    return [...String(entry.body.openSpaceId ?? "").matchAll(/IM_ROBOT\.([^;]+)/gi)].map((match) => match[1]);
  }
  return [];
}
