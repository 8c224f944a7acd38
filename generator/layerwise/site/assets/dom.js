// Elements with their attributes and children.

/** `element("td", { class: "n" }, "5")`; attributes that are null or false are omitted, functions listen to events. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (key === "style") made.style.cssText = value; // which a policy may allow, unlike the attribute
    else if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}
