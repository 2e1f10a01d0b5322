// Relais' own enhancements. Every page works without them. Nothing is stored in the browser.
(function () {
  "use strict";
  const root = document.documentElement;

  // Leaving quickly: Escape three times within two seconds. The page is emptied first, and the address is replaced, so
  // that "back" does not lead here.
  let escapes = [];
  function leave() {
    document.body.replaceChildren();
    document.title = "";
    location.replace(root.dataset.exitAddress);
  }
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || event.repeat) {
      return;
    }
    const now = Date.now();
    escapes = escapes.filter(function (at) { return now - at < 2000; });
    escapes.push(now);
    if (escapes.length >= 3) {
      leave();
    }
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-exit]")) {
      event.preventDefault();
      leave();
    }
  });

  // Nobody at the screen: the page is blurred. The first key or touch only brings it back and does nothing else.
  const notice = document.querySelector("[data-idle]");
  const patience = Number(root.dataset.idleMs);
  let timer;
  function hide() {
    root.classList.add("rl-is-idle");
    notice.hidden = false;
  }
  function wake(event) {
    if (root.classList.contains("rl-is-idle")) {
      root.classList.remove("rl-is-idle");
      notice.hidden = true;
      if (event.type !== "pointermove" && event.key !== "Escape") {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    }
    clearTimeout(timer);
    timer = setTimeout(hide, patience);
  }
  if (notice && patience > 0) {
    ["keydown", "pointerdown", "click"].forEach(function (kind) { document.addEventListener(kind, wake, true); });
    ["pointermove", "scroll"].forEach(function (kind) {
      document.addEventListener(kind, function (event) {
        if (!root.classList.contains("rl-is-idle")) { wake(event); }
      }, { passive: true, capture: true });
    });
    timer = setTimeout(hide, patience);
  }

  // A page that comes out of the back/forward cache could be another person's: ask the server again.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) {
      location.reload();
    }
  });

  // The error summary gets the focus, and its links lead into the field.
  function focusErrors() {
    const summary = document.querySelector("[data-focus]");
    if (summary) {
      summary.focus();
    }
  }
  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest(".govuk-error-summary a");
    const field = link && document.getElementById(link.hash.slice(1));
    if (field) {
      event.preventDefault();
      field.focus({ preventScroll: true });
      (field.closest(".govuk-form-group") || field).scrollIntoView();
    }
  });
  focusErrors();
  document.addEventListener("htmx:after:swap", focusErrors);

  // A form is sent once, however often its button is pressed.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.hasAttribute("data-once")) {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    setTimeout(function () { delete form.dataset.sent; }, 5000);
  });
})();
