// 扫码报修: the codes on the customers' machines, and the page each leads to in a window of a phone's size.

import { qrPages } from "./api.js";
import { el, link, safeUrl } from "./dom.js";

const WINDOW = "popup,width=390,height=844,noopener";

/** Draw the tool into `body`. */
export function qr(body) {
  body.append(el("p", { class: "aside" }, "贴在设备上的码。客户扫一下就能报修，不用登录，也不用装什么。"));
  const list = el("ul", { class: "codes" });
  body.append(list);
  qrPages()
    .then(({ pages }) => {
      list.append(...pages.map(code));
      if (!pages.length)
        body.append(
          el("p", { class: "nothing" }, "还没有设备的码。在演练场的设置里写上 qr（title 和 url），就会出现在这里。"),
        );
    })
    .catch((error) => body.append(el("p", { class: "wrong", role: "alert" }, error.message)));
}

function code({ title, url, picture }) {
  const open = (event) => {
    // A touch screen is a phone already: there the page opens as it would after scanning.
    if (!matchMedia("(pointer: fine)").matches) return;
    event.preventDefault();
    window.open(safeUrl(url), "", WINDOW);
  };
  const image = el("img", { src: picture, alt: `${title}的二维码`, width: 132, height: 132 });
  return el("li", {}, link(url, { onclick: open }, image, el("b", {}, title), el("small", {}, "打开报修页")));
}
