// The page as things stand once a minute; never while something is being typed, and without what was just said.
const every = 60_000;

function typing() {
  return [...document.querySelectorAll("textarea")].some((each) => each.value !== "" || each === document.activeElement);
}

setInterval(() => {
  if (!typing() && !document.hidden) location.replace(location.pathname);
}, every);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && !typing() && performance.now() > every) location.replace(location.pathname);
});
