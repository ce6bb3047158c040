/// The script of HTML reports: a table that sorts, texts at the pointer, pictures that are saved.
enum HTMLScript {
  /// Plain, without any library; the page is complete without it.
  static let text = """
    "use strict";
    for (const button of document.querySelectorAll("thead button")) {
      button.addEventListener("click", () => {
        const head = button.parentElement;
        const column = head.cellIndex;
        const body = head.closest("table").tBodies[0];
        const isText = head.classList.contains("text");
        const falls = head.getAttribute("aria-sort") === (isText ? "ascending" : null)
          || head.getAttribute("aria-sort") === "ascending"
          || (!isText && !head.hasAttribute("aria-sort"));
        for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", falls ? "descending" : "ascending");
        const key = (row) => row.cells[column].dataset.key;
        const rows = [...body.rows].sort((a, b) => {
          const [left, right] = [key(a), key(b)];
          if (isText) return left < right ? -1 : left > right ? 1 : 0;
          if (left === "" || right === "") return (left === "") - (right === "");
          return left - right;
        });
        body.append(...(falls ? rows.reverse() : rows));
      });
    }
    const tip = document.getElementById("tip");
    let shown = null;
    const hide = () => {
      if (shown) shown.mark.append(shown.title);
      shown = null;
      tip.hidden = true;
    };
    document.addEventListener("pointerover", (event) => {
      hide();
      const mark = event.target.closest("svg .mark, svg text");
      const title = mark && mark.querySelector("title");
      if (!title) return;
      tip.textContent = title.textContent;
      title.remove();
      shown = { mark, title };
      tip.hidden = false;
    });
    document.addEventListener("pointermove", (event) => {
      if (!shown) return;
      const x = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
      const below = event.clientY + 18;
      const y = below + tip.offsetHeight > innerHeight ? event.clientY - tip.offsetHeight - 10 : below;
      tip.style.left = Math.max(x, 4) + "px";
      tip.style.top = Math.max(y, 4) + "px";
    });
    const saveFile = (name, type, text) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type }));
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    };
    // The name space of pictures, as the parser knows it.
    const vector = document.createRange().createContextualFragment("<svg></svg>").firstChild.namespaceURI;
    // A copy of a picture that says of every element what the style sheet says here.
    const standalone = (picture, width, height) => {
      const looks = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin",
        "stroke-linecap", "opacity", "font-size", "font-weight", "font-family", "visibility"];
      const copy = picture.cloneNode(true);
      const originals = [picture, ...picture.querySelectorAll("*")];
      const copies = [copy, ...copy.querySelectorAll("*")];
      const usual = { "fill-opacity": "1", "stroke": "none", "stroke-dasharray": "none", "opacity": "1",
        "stroke-linejoin": "miter", "stroke-linecap": "butt", "font-weight": "400", "visibility": "visible" };
      for (const [index, original] of originals.entries()) {
        if (["title", "desc"].includes(original.localName)) continue;
        const style = getComputedStyle(original);
        const isText = original.localName === "text" || index === 0;
        for (const name of looks) {
          const value = style.getPropertyValue(name);
          if (value === usual[name] || (name.startsWith("font") && !isText)) continue;
          if (name === "stroke-width" && style.stroke === "none") continue;
          copies[index].setAttribute(name, value);
        }
      }
      for (const [name, value] of [["width", width], ["height", height]]) copy.setAttribute(name, value);
      const ground = document.createElementNS(vector, "rect");
      for (const [name, value] of [["class", "ground"], ["width", "100%"], ["height", "100%"],
        ["fill", getComputedStyle(picture).getPropertyValue("--paper").trim()]]) ground.setAttribute(name, value);
      copy.prepend(ground);
      return copy;
    };
    for (const figure of document.querySelectorAll("figure")) {
      const picture = figure.querySelector("svg");
      if (!picture) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "save";
      button.textContent = "Save as SVG";
      button.setAttribute("aria-label", "Save as SVG: " + figure.querySelector("h2").textContent);
      button.addEventListener("click", () => {
        hide();
        const box = picture.viewBox.baseVal;
        const text = new XMLSerializer().serializeToString(standalone(picture, box.width, box.height));
        saveFile(figure.id.replace("chart-", "") + ".svg", "image/svg+xml", text);
      });
      figure.append(button);
    }

    """

  /// What a page that is served adds: it looks whether it changed and loads itself anew, its address kept.
  static let watch = """
    {
      const version = document.querySelector("meta[name=version]").content;
      const line = document.getElementById("connection");
      const look = async () => {
        let wait = 2000;
        try {
          const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
          const tag = answer.headers.get("ETag");
          line.textContent = "";
          if (tag && tag !== `"${version}"`) return location.reload();
        } catch {
          line.textContent = "umemaki view has ended; the page stays as it is.";
          wait = 10000;
        }
        setTimeout(look, wait);
      };
      setTimeout(look, 2000);
    }

    """
}
