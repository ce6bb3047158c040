/// The script of pages whose points are explored: pictures, lines and a table of one selection.
///
/// Plain, without any library. What is selected stands in the address, so that a reload and a link keep it.
enum ExplorerScript {
  /// All parts, in one scope of their own.
  static let text = "{\n" + data + selection + scatter + lines + table + export + start + "}\n"

  /// The columns as typed arrays.
  private static let data = #"""
    const explored = JSON.parse(document.getElementById("points").textContent);
    const room = document.getElementById("explore");
    const decoded = (text, Kind) => {
      const raw = atob(text);
      const bytes = new Uint8Array(raw.length);
      for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
      return new Kind(bytes.buffer);
    };
    const total = explored.count;
    const numbers = decoded(explored.points, Uint32Array);
    const bits = decoded(explored.front, Uint8Array);
    const isFront = (i) => (bits[i >> 3] >> (i & 7)) & 1;
    const short = (text, most) => text.length > most ? text.slice(0, most - 1) + "\u2026" : text;
    const digits = (value) => {
      const size = Math.abs(value);
      return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
    };
    const quantity = (value, unit, isCounted) => {
      if (!Number.isFinite(value)) return "-";
      if (isCounted) return Math.round(value).toLocaleString("en-US");
      if (unit === "%") return (value * 100).toFixed(1) + " %";
      if (unit === "mm2") return Number(value.toFixed(3)) + " mm2";
      if (value === 0) return ("0 " + unit).trim();
      const isBytes = unit === "B";
      const prefixes = isBytes ? ["", "Ki", "Mi", "Gi", "Ti"] : ["p", "n", "u", "m", "", "k", "M", "G", "T", "P"];
      const base = isBytes ? 1024 : 1000;
      let step = isBytes ? 0 : -4;
      const top = prefixes.length - 1 + step;
      const first = step;
      while (step < top && Math.abs(value) / base ** step >= 999.5) step++;
      return `${isBytes && step === 0 ? Math.round(value) : digits(value / base ** step)} ${prefixes[step - first]}${unit}`.trim();
    };
    const axes = explored.axes.map((axis) => ({
      ...axis, title: axis.name, isAxis: true, low: 0, high: Math.max(axis.values.length - 1, 0), isLog: false,
      data: decoded(axis.places, axis.values.length <= 256 ? Uint8Array : axis.values.length <= 65536 ? Uint16Array : Uint32Array),
      text: (value) => axis.values[value],
    }));
    const figures = explored.figures.map((figure) => {
      const isConstant = figure.constant !== undefined;
      const data = isConstant ? new Float64Array(total).fill(figure.constant)
        : decoded(figure.values, explored.precision === 8 ? Float64Array : Float32Array);
      let [low, high] = [Infinity, -Infinity];
      for (const value of data) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
      const isLog = figure.unit !== "%" && low > 0 && high / low > 20;
      return { ...figure, data, low, high, isLog, isDrawn: low < high, text: (value) => quantity(value, figure.unit, figure.isCounted) };
    });
    const columns = [...axes, ...figures];
    const named = new Map(columns.map((column) => [column.name, column]));
    const drawn = columns.filter((column) => column.isDrawn && column.low < column.high);
    // Where a value stands between the ends of its column, 0 to 1.
    const share = (column, value) => column.isLog
      ? Math.log(value / column.low) / Math.log(column.high / column.low)
      : (value - column.low) / (column.high - column.low);
    const valueAt = (column, part) => column.isLog
      ? column.low * (column.high / column.low) ** part : column.low + part * (column.high - column.low);
    const shares = new Map();
    const sharesOf = (column) => {
      if (!shares.has(column.name)) shares.set(column.name, Float32Array.from(column.data, (value) => share(column, value)));
      return shares.get(column.name);
    };
    // The index of a point's number, which rise; -1 where it is not here.
    const indexOf = (number) => {
      let [low, high] = [0, total];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (numbers[middle] < number) low = middle + 1; else high = middle;
      }
      return low < total && numbers[low] === number ? low : -1;
    };
    const front = [];
    for (let i = 0; i < total; i++) if (isFront(i)) front.push(i);
    const ticks = (column, count) => {
      if (column.isAxis) {
        const step = Math.ceil(column.values.length / count);
        return column.values.flatMap((text, i) => i % step ? [] : [[i, short(text, 16)]]);
      }
      const found = [];
      if (column.isLog) {
        const [first, last] = [Math.floor(Math.log10(column.low)), Math.ceil(Math.log10(column.high))];
        const factors = last - first > count ? [1] : last - first > count / 3 ? [1, 3] : [1, 2, 5];
        const step = Math.max(1, Math.ceil((last - first) / count));
        for (let e = first; e <= last; e += step) for (const factor of factors) found.push(Number(`${factor}e${e}`));
      } else {
        const raw = (column.high - column.low) / count;
        const ten = column.unit === "B" ? 2 ** Math.ceil(Math.log2(raw)) : 10 ** Math.floor(Math.log10(raw));
        const step = column.unit === "B" ? ten : ten * [1, 2, 5, 10].find((factor) => factor * ten >= raw);
        for (let i = Math.ceil(column.low / step); i * step <= column.high; i++) found.push(i * step);
      }
      return found.filter((value) => value >= column.low && value <= column.high)
        .map((value) => [value, column.text(value).replace(/(\.\d*[1-9])0+(?= |$)|\.0+(?= |$)/, "$1")]);
    };
    const make = (name, attributes = {}, ...children) => {
      const element = document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) {
        if (typeof value === "function") element.addEventListener(key, value); else element.setAttribute(key, value);
      }
      element.append(...children);
      return element;
    };
    const drawElement = (name, attributes, text) => {
      const element = document.createElementNS(vector, name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      if (text !== undefined) element.textContent = text;
      return element;
    };

    """#
}
