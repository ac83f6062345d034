// SPDX-License-Identifier: Apache-2.0
// The theme, and whether the page is about to sign in: so much must be known before anything is painted.

// A link with the token: it goes out of the address bar before anything else happens.
let arrivedToken = null;
function takeToken(address) {
  const match = /#token=(.+)$/.exec(address);
  if (!match) return;
  if (location.href === address) history.replaceState(null, "", "/#/");
  try { arrivedToken = decodeURIComponent(match[1]); } catch { arrivedToken = match[1]; }
}
takeToken(location.href);
addEventListener("hashchange", (event) => takeToken(event.newURL));
{
  const root = document.documentElement;
  try { root.dataset.theme = { light: "light", dark: "dark" }[localStorage.getItem("theme")] || ""; } catch { /* none */ }
  if (arrivedToken) root.dataset.entering = "";
  // The program itself waits until something is painted; where nothing is painted, as in a tab behind others, it does not.
  let script = document.createElement("script");
  script.src = "/dashboard/dashboard.js";
  const run = () => {
    if (script) document.head.append(script);
    script = null;
  };
  requestAnimationFrame(() => setTimeout(run));
  setTimeout(run, 250);
}
