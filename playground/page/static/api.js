// The control API of the playground, /play/api/.

const ROOT = "/play/api/";

async function answered(request) {
  const response = await request;
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ?? `HTTP ${response.status}`);
  return body;
}

const get = (path, query = {}) => answered(fetch(`${ROOT}${path}?${new URLSearchParams(query)}`));

const post = (path, body) =>
  answered(
    fetch(ROOT + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
  );

export const people = () => get("people");
export const screen = ({ platform, user }) => get("screen", { platform, user });
export const say = ({ platform, user }, text, group) => post("say", { platform, user, text, group });
export const press = ({ platform, user }, message, key, selections) =>
  post("press", { platform, user, message, key, selections });

export function sendFile({ platform, user }, kind, file, recognition = "") {
  const form = new FormData();
  for (const [name, value] of Object.entries({ platform, user, kind, recognition })) form.append(name, value);
  form.append("file", file, file.name);
  return answered(fetch(`${ROOT}send_file`, { method: "POST", body: form }));
}

export const mediaUrl = (platform, id) =>
  /^https?:/.test(id) ? id : `${ROOT}media?${new URLSearchParams({ platform, id })}`;

export const faults = () => get("faults");
export const addFault = (fault) => post("faults", fault);
export const clearFault = (id) => answered(fetch(`${ROOT}faults?id=${id}`, { method: "DELETE" }));
export const clearFaults = () => answered(fetch(`${ROOT}faults`, { method: "DELETE" }));
export const clock = () => get("clock");
export const advance = (seconds) => post("clock", { advance: seconds });
export const revokeToken = (platform) => post("revoke_token", { platform });
export const qrPages = () => answered(fetch("/play/qr"));
export const journalUrl = (last) => `${ROOT}journal?last=${last}`;
