// What is new since the page was made: the numbers in the navigation follow what waits. Nothing else of the page is touched, above
// all no form that somebody is filling in. Without it the numbers are those of the last page.
(function () {
  "use strict";
  if (!window.EventSource || !document.querySelector(".rl-nav__link")) {
    return;
  }
  let source = null;
  let ended = false;
  function show(event) {
    JSON.parse(event.data).forEach(function (item) {
      document.querySelectorAll(".rl-nav__link").forEach(function (link) {
        if (link.getAttribute("href") === item.url && link.textContent !== item.text) {
          link.textContent = item.text;
        }
      });
    });
  }
  function stop() {
    if (source) {
      source.close();
      source = null;
    }
  }
  // A page that nobody sees keeps no connection: a browser has few for one site.
  function follow() {
    if (document.hidden) {
      stop();
    } else if (!source && !ended) {
      source = new EventSource("/events");
      source.addEventListener("counts", show);
      source.addEventListener("end", function () { // signed out: nothing comes any more
        ended = true;
        stop();
      });
    }
  }
  document.addEventListener("visibilitychange", follow);
  window.addEventListener("pagehide", stop);
  follow();
})();
