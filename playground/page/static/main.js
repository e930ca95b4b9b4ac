// Where everything is put together.

import * as api from "./api.js";
import { el } from "./dom.js";
import { faults } from "./faults.js";
import { hints } from "./hints.js";
import { Live } from "./live.js";
import { Panel } from "./panel.js";
import { cast, doorsOf, PLATFORMS } from "./people.js";
import { qr } from "./qr.js";
import { Stage } from "./stage.js";
import { wire } from "./wire.js";

const at = (id) => document.getElementById(id);

const { company, people, platforms: played } = await api.people();
const platforms = Object.keys(PLATFORMS).filter((platform) => played.includes(platform));
const doors = people.flatMap((person) => doorsOf(person, platforms));
const story = cast(doors);
const live = new Live();
const names = new Map(doors.map((door) => [door.key, door.person.name]));

at("company").textContent = company;
if (doors.length) {
  const first = Object.values(story).filter(Boolean);
  const stage = new Stage({ doors, first, roster: at("roster"), stage: at("stage"), live });
  hints(at("hints"), story, (door, sentence) => stage.show(door.key).fill(sentence));
} else {
  at("stage").append(el("p", { class: "nothing" }, "这家公司还没有人。在演练场的设置里写上 people。"));
}
new Panel(at("panel"), document.querySelectorAll("[data-panel]"), {
  wire: { title: "看线上", open: (body) => wire(body, live, names) },
  faults: { title: "造故障", open: (body) => faults(body, live, platforms) },
  qr: { title: "扫码报修", open: qr },
});
live.addEventListener("lost", () => (at("offline").hidden = false));
live.addEventListener("open", () => (at("offline").hidden = true));
live.start();
