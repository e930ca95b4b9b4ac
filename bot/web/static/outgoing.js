// Forms that survive a dead network, a closed page and an empty battery: kept on the phone, sent once the network is
// back. The hidden nonce goes with them, so however often one is sent it is taken in once.

const STORE = "forms";

// One kept form per page address.
function opened() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open("gendan-outgoing", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function stored(mode, act) {
  const database = await opened();
  try {
    return await new Promise((done, failed) => {
      const request = act(database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
  } finally {
    database.close();
  }
}

// A browser that keeps nothing (private mode) still sends while the page is open.
const quietly = (promise) => promise.catch(() => undefined);

export const kept = (address) => quietly(stored("readonly", (store) => store.get(address)));
export const forget = (address) => quietly(stored("readwrite", (store) => store.delete(address)));
const keep = (address, entries) => quietly(stored("readwrite", (store) => store.put(entries, address)));

export const entriesOf = (form) => [...new FormData(form)].filter(([, value]) => typeof value === "string" || value.size);

// Sends until somebody answers; `waiting` is told (true) when it has to wait and (false) when it tries again.
// Resolves with {address, page, status} of the answer.
export async function send(address, entries, waiting) {
  await keep(address, entries);
  for (;;) {
    try {
      return await attempt(address, entries);
    } catch {
      waiting(true);
      await network();
      waiting(false);
    }
  }
}

async function attempt(address, entries) {
  const body = new FormData();
  entries.forEach(([name, value]) => body.append(name, value));
  const answer = await fetch(address, { method: "POST", body });
  // Being busy, or gone for a moment, is no answer to the form.
  if (answer.status >= 500) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { address: answer.url, page, status: answer.status };
}

function network() {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      done();
    };
    const timer = setTimeout(end, 15000);
    addEventListener("online", end);
  });
}
