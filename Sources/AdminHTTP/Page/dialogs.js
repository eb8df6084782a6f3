// What the page asks of whoever sits before it: whether it is meant, and the token.

import { node, say } from "./nodes.js";

/**
 * Asks once before something is done.
 *
 * @param wish `{title, words, command, verb}`
 * @returns whether it is to be done
 */
export function confirm(wish) {
  const dialog = node("confirm");
  say(node("confirm-head"), wish.title);
  say(node("confirm-words"), wish.words);
  say(node("confirm-command"), wish.command);
  say(node("confirm-yes"), wish.verb);
  return new Promise((resolve) => {
    const end = (isMeant) => () => {
      resolve(isMeant);
      dialog.close();
    };
    node("confirm-yes").onclick = end(true);
    node("confirm-no").onclick = end(false);
    // That a former question was closed may be told only after this one was asked.
    dialog.onclose = () => { if (!dialog.open) resolve(false); };
    dialog.showModal();
    node("confirm-no").focus();
  });
}

let asked = null;

/** All who need the token wait for the same answer. */
export function askForToken(wasRefused) {
  asked ??= new Promise((resolve) => {
    const dialog = node("token");
    const text = node("token-text");
    if (wasRefused) say(node("token-words"), "That token was refused. It is the value of admin.token.");
    node("token-form").onsubmit = (event) => {
      event.preventDefault();
      const token = text.value.trim();
      if (!token) return;
      text.value = "";
      asked = null;
      dialog.close();
      resolve(token);
    };
    // Nothing can be shown without it.
    dialog.onclose = () => { if (asked && !dialog.open) dialog.showModal(); };
    dialog.showModal();
    text.focus();
  });
  return asked;
}

let fading;

/** Says what came of something, beside the page. */
export function announce(words, isBad = false) {
  const told = node("told");
  told.dataset.bad = isBad;
  told.textContent = words;
  clearTimeout(fading);
  fading = setTimeout(() => { told.textContent = ""; }, isBad ? 20000 : 8000);
}
