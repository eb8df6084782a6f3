// Which account the page is about, where the daemon has more than one.

import { ask, chooseAccount, chosenAccount } from "./ask.js";
import { node } from "./nodes.js";

/** Names of the accounts, and of which of them does not get on, as they were shown last. */
let shown = "";

function option({ account, reasons }) {
  const option = document.createElement("option");
  option.value = account;
  option.textContent = reasons.length ? `${account} – needs you` : account;
  return option;
}

/** Has something chosen before anything else is asked. */
export async function lookAtAccounts() {
  const { accounts } = await ask("v1/accounts");
  const names = accounts.map(({ account }) => account);
  if (names.length < 2) chooseAccount(null);
  else if (!names.includes(chosenAccount())) chooseAccount(names[0]);
  node("account-choice").hidden = names.length < 2;
  const sight = JSON.stringify(accounts.map(({ account, reasons }) => [account, reasons.length > 0]));
  if (sight === shown) return;
  shown = sight;
  const list = node("account");
  list.replaceChildren(...accounts.map(option));
  list.value = chosenAccount() ?? "";
}

/** Another account is another page: nothing of the one before stays. */
export function startAccounts() {
  node("account").addEventListener("change", (event) => {
    chooseAccount(event.target.value);
    location.reload();
  });
}
