// The form in which a reader reports an error: puts the place that the address names (?at=…) into it.
"use strict";
{
  const text = document.querySelector("#report > pre");
  const at = new URLSearchParams(location.search).get("at");
  if (at) text.textContent = text.textContent.replace(/^(Where \(.*?\)):$/m, (line) => `${line} ${at}`);
}
