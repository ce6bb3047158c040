// The same costs as oracle.py, fast enough to look at every tile of large layers.
// Costs are walked tile by tile; totals in closed form only order the candidates and leave out those
// that cannot win. g++ -O2 -shared -fPIC -o fast_oracle.so oracle.cpp
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <set>
#include <vector>
typedef int64_t I;
typedef __int128 W;
static I up(I a, I b) { return (a + b - 1) / b; }
struct Axis { I extent, kernel, stride, before, after, dilation;
  I span() const { return dilation * (kernel - 1) + 1; }
  I padded() const { return before + extent + after; }
  I windows() const { return (padded() - span()) / stride + 1; }
  I element(I w, I t) const { I p = w * stride + t * dilation - before; return p >= 0 && p < extent ? p : -1; }
  I read(I first, I last, bool skips) const {
    std::set<I> s; for (I w = first; w <= last; w++) for (I t = 0; t < kernel; t++) { I e = element(w, t); if (e >= 0) s.insert(e); }
    if (s.empty()) return 0; return skips ? (I)s.size() : *s.rbegin() - *s.begin() + 1; }
  I lastTap(I w) const { for (I t = kernel - 1; t > 0; t--) if (element(w, t) >= 0) return t; return 0; }
};
struct Problem {  // every field an I, in this order in Python's list
  I kind, rows, cols, flow, folds, hidden;              // systolic: kind 0; flow 0 os 1 ws 2 is; folds 0 serial 1 overlapped 2 cropped
  I ok, ic, ntaps, npix, byInput, foldInput, dwc, pause, aug;  // dot product: kind 1
  I bi, bw, bo, ba;                                     // precision
  I rin, din, rw, dw, ro, dou;                          // rates bytes / cycles; 0 unlimited
  I ovi, ovw, ovo;                                      // 0 none 1 ping-pong 2 streaming
  I ali, alo, gather, shared;                           // gather 0 none 1 rows 2 pixels
  I overhead;
  I K, C, groups, depthwise;                            // of a nest
  Axis r, c;
  I terms, results, vectors;                            // of a nest
  I bufOf[3], bufSize[3], bufPP[3], bufHolds[3];        // operand -> buffer; size in bits, of the buffer of that index
  I freeDivision, exact, exhaustive;
  I space;                                              // 1 even cuts, 2 multiples of the granule, 4 even cuts rounded up to it, 8 whole rows, 16 every size,
                                                        // 64 those of the program's `TileSizes`
};
struct Prices { double mul, add, reg, bufr[3], bufw[3], dr, dwr, power, clock; };  // buf by operand
struct Exec { I cycles = 0, lastFold = 0, in = 0, we = 0, sr = 0, sw = 0; };
struct Totals { I cycles, array, input, weight, output, terms, in, we, sr, sw, reg, macs, tiles; double energy; };
struct Map { I order, p, k, c, ki, kw; };

struct Model {
  Problem q; Prices pr;
  I taps, orows, ocols, pixels, readCols, skew, gp, gk, gc, block = 0, side = 0, drain = 0, lastCol = 0; bool stays = false, augments = false, preload = false;
  std::vector<I> lastRowTap; std::vector<I> touch0, touch1; // per window of rows: first/last element
  std::vector<I> prefix;
  void init() {
    taps = q.r.kernel * q.c.kernel; orows = q.r.windows(); ocols = q.c.windows(); pixels = orows * ocols;
    readCols = q.gather == 2 ? q.c.read(0, ocols - 1, true) : q.c.extent;
    lastCol = q.c.lastTap(ocols - 1);
    for (I w = 0; w < orows; w++) lastRowTap.push_back(q.r.lastTap(w));
    if (q.kind == 0) {
      stays = q.flow == 0; skew = q.rows + q.cols - 2; preload = !stays && q.hidden; drain = q.folds == 1 ? skew : 0;
      I a = taps, b = q.rows; while (b) { I t = a % b; a = b; b = t; }
      I g = std::min(q.C, q.rows / a);
      if (q.flow == 0) gp = std::min(pixels, q.rows), gk = std::min(q.K, q.cols), gc = 1;
      if (q.flow == 1) gp = 1, gk = std::min(q.K, q.cols), gc = g;
      if (q.flow == 2) gp = std::min(pixels, q.cols), gk = 1, gc = g;
    } else {
      block = std::min(q.K, q.depthwise ? q.dwc : q.ok); side = q.ic * (taps == 1 && q.foldInput ? q.ntaps : 1);
      gp = ocols; gk = block; gc = std::min(q.C, side); augments = q.aug && !q.depthwise && q.C < q.ic;
    }
    buildTouched();
  }
  // Rows of the map that windows top..bottom read: elements whose window range meets it.
  std::vector<std::vector<I>> memo; std::map<std::pair<I,I>, I> rowsMemo;
  bool contiguous = false;
  void buildTouched() { contiguous = q.r.dilation == 1 && q.r.stride <= q.r.kernel; }
  I inputRows(I first, I count) {
    I top = first / ocols, bottom = (first + count - 1) / ocols;
    if (q.r.dilation == 1) {
      I lo = std::max((I)0, top * q.r.stride - q.r.before), hi = std::min(q.r.extent, bottom * q.r.stride + q.r.kernel - q.r.before);
      if (contiguous) return std::max((I)0, hi - lo);
    }
    auto key = std::make_pair(top, bottom); auto it = rowsMemo.find(key); if (it != rowsMemo.end()) return it->second;
    return rowsMemo[key] = q.r.read(top, bottom, q.gather != 0);
  }
  I lastTap(I first, I p) { return lastRowTap[(first + p - 1) / ocols] * q.c.kernel + lastCol; }
  I foldCycles(I streamed, bool last) {
    I load = stays ? 0 : q.rows;
    if (stays && !last) return streamed;
    if (q.folds != 1) return q.hidden && !stays ? std::max(streamed + skew, load) : load + streamed + skew;
    return q.hidden && !stays ? std::max(streamed, load) : load + streamed;
  }
  void cut(I c, I &passes, I &reads, I &before, I &repeats) {
    if (augments) { passes = q.r.kernel * up(q.c.kernel * c, q.ic); reads = taps * c; before = 0; repeats = passes; return; }
    I blocks = up(c, side), groups = up(taps, q.ntaps);
    passes = groups * blocks; reads = groups * c; before = groups * (blocks - 1); repeats = groups;
    if (groups == 1 || q.ntaps == 1 || q.depthwise) return;
    I edge = (I)std::sqrt((double)q.ntaps);
    I windows = up(q.r.kernel, edge) * up(q.c.kernel, edge), full = windows * c / q.ic, rest = windows * c % q.ic;
    if (full + (rest > 0) >= passes) return;
    passes = full + (rest > 0); reads = full * std::min(c, q.ic) + std::min(c, rest); before = up(c, q.ic) - 1; repeats = 1;
  }
  I swept(I p) {
    I rows = up(p, ocols);
    if (!q.byInput) return rows * up(ocols, q.npix);
    I taken = rows == orows ? q.r.padded() : std::min(q.r.padded(), (rows - 1) * q.r.stride + q.r.span());
    return taken * q.c.padded();
  }
  Exec execute(I p, I k, I c, bool isFirst, bool isLast) {
    Exec e;
    if (q.kind == 1) {
      I passes, reads, before, repeats; cut(c, passes, reads, before, repeats);
      I blocks = up(k, block), s = swept(p);
      e.cycles = blocks * passes * (s + q.pause); e.in = s * q.npix * reads * (q.depthwise ? k : blocks);
      e.we = k * c * taps; e.sw = p * k * passes; e.sr = p * k * (isFirst ? passes - 1 : passes);
      return e;
    }
    I red = c * taps, rows = q.flow == 0 ? p : red, cols = q.flow == 2 ? p : k, streamed = q.flow == 0 ? red : q.flow == 1 ? p : k;
    I down = up(rows, q.rows), across = up(cols, q.cols), fold = foldCycles(streamed, isLast);
    e.cycles = down * across * fold;
    if (q.folds == 2 && isLast) {
      e.cycles = 0;
      for (I i = 0; i < down; i++) for (I j = 0; j < across; j++) {
        I r = std::min(q.rows, rows - i * q.rows), s = std::min(q.cols, cols - j * q.cols);
        e.cycles += streamed + r + s + (r == 1 || s == 1 ? 2 : 3); }
    }
    if (preload) { e.lastFold = streamed + (q.folds == 0 ? skew : 0); e.cycles += e.lastFold - fold; }
    if (stays) { e.in = p * red * across; e.we = red * k * down; e.sw = isLast ? p * k : 0; }
    else { e.in = p * red * (q.flow == 1 ? across : 1); e.we = red * k * (q.flow == 2 ? across : 1);
      e.sw = p * k * down; e.sr = p * k * (isFirst ? down - 1 : down); }
    return e;
  }
  I bound, afterFirst, afterLast; double lastShare;
  static double share(I a, I b) { return b == 0 ? 0 : std::min(1.0, std::max(0.0, (double)a / (double)b)); }
  void need(I stream, double s, I after) { bound = std::max(bound, (I)std::ceil((double)stream * s) + after); }
  void overlap(I p, I k, I c, I first, bool isLast, I cycles, I stream) {
    bound = 0;
    if (q.kind == 1) {
      I passes, reads, before, repeats; cut(c, passes, reads, before, repeats);
      I blocks = up(k, block), one = cycles / (blocks * passes); if (q.depthwise) before = (blocks - 1) * passes;
      I window = 0, padding = 0, late = 0, perRow = augments ? up(q.c.kernel * q.C, q.ic) : 0;
      if (q.byInput) { window = (q.r.span() - 1) * q.c.padded() + q.c.span() - 1; padding = q.r.after * q.c.padded() + q.c.after; }
      else { I tap = lastTap(first, p); late = tap / q.ntaps;
        if (augments) { I row = tap / q.c.kernel, col = tap % q.c.kernel; late = row * perRow + ((col + 1) * q.C - 1) / q.ic; } }
      I edge = q.pause + padding;
      need(stream, 1.0, cycles - (before + late + 1) * one + edge);
      afterFirst = cycles - (passes * one - one + window); lastShare = (double)(k - (blocks - 1) * block) / (double)k; afterLast = one - window;
      if (repeats > 1) {
        double head = q.depthwise ? (double)std::min(block, k) / (double)k : (double)std::min(side, c) / (double)c;
        I rows = inputRows(first, p), lateRows = std::min(std::max((I)0, rows - 1), augments ? late / perRow : late * q.ntaps / q.c.kernel);
        double early = share(rows - lateRows, rows);
        need(stream, head, cycles - (late + 1) * one + edge); need(stream, head * early, cycles - one + edge);
        need(stream, 1 - head * (1 - early), cycles - (before + 1) * one + edge);
      }
      return;
    }
    I red = c * taps, rows = q.flow == 0 ? p : red, cols = q.flow == 2 ? p : k, streamed = q.flow == 0 ? red : q.flow == 1 ? p : k;
    I down = up(rows, q.rows), across = up(cols, q.cols), fold = q.folds == 2 ? cycles / (down * across) : foldCycles(streamed, isLast);
    I load = stays || q.hidden ? 0 : q.rows, lag = q.folds == 1 ? 0 : skew;
    if (stays) {
      I every = inputRows(first, p) * readCols, head = inputRows(first, 1) * readCols, inRow = std::min(ocols, p);
      I onward = q.gather == 2 ? std::min(q.c.stride, q.c.span()) : q.c.stride, begin = std::min(readCols, std::min(inRow, q.rows) * onward + q.c.span());
      need(stream, 1.0, across * fold - streamed); need(stream, share(head - readCols + begin, every), cycles - streamed);
      need(stream, share(head, every), cycles - (up(inRow, q.rows) - 1) * across * fold - streamed);
      afterFirst = cycles - fold; lastShare = (double)(p - (down - 1) * q.rows) / (double)p; afterLast = 0;
    } else if (q.flow == 1) {
      I late = lastTap(first, p), head = std::min(c, std::max((I)1, q.rows / taps));
      auto after = [&](I place) { return cycles - place / q.rows * across * fold - load - streamed; };
      need(stream, 1.0, after((c - 1) * taps + late)); need(stream, (double)head / (double)c, after((head - 1) * taps + late));
      afterFirst = across * fold - load - lag; lastShare = (double)(k - (across - 1) * q.cols) / (double)k; afterLast = fold - load - lag;
    } else {
      need(stream, 1.0, fold - load); afterFirst = cycles - (down - 1) * fold - load - lag;
      lastShare = (double)(p - (across - 1) * q.cols) / (double)p; afterLast = fold - load - lag;
    }
  }
  static I transfer(I bits, I bytes, I cycles) { if (!bytes || !bits) return 0; W n = (W)bits * cycles, d = (W)bytes * 8; return (I)((n + d - 1) / d); }
  static I aligned(I n, I a) { return (n + a - 1) / a * a; }
  I dealt(I count, I first, I p, I fk, I k) {
    auto part = [](I amount, I f, I n, I all) { return (I)((W)amount * (f + n) / all) - (I)((W)amount * f / all); };
    if (count % q.K == 0) return part(count / q.K, first, p, pixels) * k;
    return part(part(count, first, p, pixels), fk, k, q.K);
  }
  // Walks every tile; gives up where the time cannot stay within `limit`.
  I walk(const Map &m, I limit, I arrayTotal, Totals *t, I restIn = 0, I restWe = 0) {
    I strips = up(pixels, m.p), blocks = up(q.K, m.k), parts = up(q.C, m.c);
    I read = 0, write = 0, done = 0, doneBefore = 0, left = 0, leftBefore = 0, arrayFree = 0, spentArray = 0;
    I pend = 0, pReady = 0, pLeast = 0, pCycles = 0;
    if (t) memset(t, 0, sizeof *t);
    Exec known[2][2][2][2][2]; bool has[2][2][2][2][2]; memset(has, 0, sizeof has);
    I n1 = m.order == 0 ? strips : blocks, n2 = m.order == 0 ? blocks : strips;
    I loadW[2][2]; for (int a = 0; a < 2; a++) for (int b = 0; b < 2; b++) {
      I k = a ? q.K - (blocks - 1) * m.k : m.k, c = b ? q.C - (parts - 1) * m.c : m.c; loadW[a][b] = transfer(q.bw * k * c * taps, q.rw, q.dw); }
    for (I g = 0; g < q.groups; g++) for (I x = 0; x < n1; x++) for (I y = 0; y < n2; y++) {
      I s = m.order == 0 ? x : y, b = m.order == 0 ? y : x;
      I first = s * m.p, p = std::min(m.p, pixels - first), k = std::min(m.k, q.K - b * m.k);
      I rows = inputRows(first, p);
      for (I z = 0; z < parts; z++) {
        I c = std::min(m.c, q.C - z * m.c); bool isLast = z == parts - 1, isEnd = isLast && x == n1 - 1 && y == n2 - 1;
        int ip = p != m.p, ik = k != m.k, ic_ = c != m.c;
        Exec &e = known[ip][ik][ic_][z == 0][isLast];
        if (!has[ip][ik][ic_][z == 0][isLast]) { e = execute(p, k, c, z == 0, isLast); has[ip][ik][ic_][z == 0][isLast] = true; }
        I tail = isEnd ? drain : 0, compute = e.cycles + tail;
        I load = 0, exposed = 0, stream = 0, wc = 0, icyc = 0, tc = 0;
        bool weights = s == 0 || !m.kw, inputs = b == 0 || !m.ki;
        if (weights) { wc = loadW[b == blocks - 1][z == parts - 1]; if (t) t->weight += q.bw * k * c * taps; else restWe -= q.bw * k * c * taps; (q.ovw == 0 ? exposed : load) += wc; }
        if (inputs) {
          I bits = q.bi * rows * readCols * aligned(q.depthwise ? k : c, q.ali); if (t) t->input += bits; else restIn -= bits;
          icyc = transfer(bits, q.rin, q.din); if (q.ovi == 0) exposed += icyc; else if (q.ovi == 2) stream = icyc; else load += icyc; }
        if (isLast && q.terms) { I bits = q.bi * dealt(q.terms, first, p, b * m.k, k); if (t) t->input += bits, t->terms += bits; else restIn -= bits;
          tc = transfer(bits, q.rin, q.din); (q.ovi == 0 ? exposed : load) += tc; }
        bool stores = false; I store = 0;
        if (isLast) { I bits;
          if (q.results < 0) bits = q.bo * p * aligned(k, q.alo), stores = true;
          else { I n = up(dealt(q.results, first, p, b * m.k, k) * aligned(k, q.alo), k);
            if (first + p == pixels) n += q.vectors * (b * m.k + k) / q.K - q.vectors * (b * m.k) / q.K;
            bits = q.bo * n; stores = n > 0; }
          if (stores) { if (t) t->output += bits; store = transfer(bits, q.ro, q.dou); } }
        if (stream || (stores && q.ovo == 2)) overlap(p, k, c, first, isLast, e.cycles, stream);
        I loaded = std::max(read, doneBefore) + load; read = loaded; if (q.shared) write = std::max(write, loaded);
        if (pend) { I port = q.shared ? std::max(read, write) : write, end = std::max(std::max(port, pReady) + pCycles, pLeast);
          write = end; if (q.shared) read = end; leftBefore = left; left = end; pend = 0; }
        if (q.shared) read = std::max(read, write);
        I ready = std::max(loaded, done); if (exposed) { ready = std::max(ready, read) + exposed; read = ready; }
        I filled = ready;
        if (preload) { I arrival = 0; bool isW = q.flow == 1;
          if (isW ? weights : inputs) { I own = isW ? q.ovw : q.ovi, behind = isW && inputs && q.ovi == own ? icyc : 0;
            if ((own == 0) == (q.ovi == 0)) behind += tc;
            arrival = own ? loaded - behind : (isW ? wc : icyc) == 0 ? done : ready - behind; }
          filled = std::max(ready, std::max(arrival, arrayFree) + q.rows); }
        I begin = std::max(read, loaded), start = std::max(filled, q.ovo == 0 ? left : leftBefore), end = start + compute;
        if (stream) { end = std::max(end, std::max(begin + stream, begin + std::max(compute, bound + tail))); read = begin + stream; }
        doneBefore = done; done = end; arrayFree = end - (e.lastFold + tail);
        if (stores) { I behind = isEnd ? 0 : drain; pend = 1; pCycles = store;
          if (q.ovo == 2) { I late = std::max((I)0, (I)std::ceil((double)store * lastShare) - afterLast); pReady = end - afterFirst + behind; pLeast = end + late + behind; }
          else pReady = pLeast = end + behind; }
        spentArray += compute;
        if (t) { t->tiles++; t->array += compute; t->in += e.in; t->we += e.we; t->sr += e.sr; t->sw += e.sw; t->macs += p * k * c * taps; }
        else if (done + arrayTotal - spentArray > limit) return limit + 1;
        else if (read + transfer(restWe, q.rw, q.dw) + transfer(std::max((I)0, restIn), q.rin, q.din) > limit) return limit + 1;
      }
    }
    if (pend) { I port = q.shared ? std::max(read, write) : write; left = std::max(std::max(port, pReady) + pCycles, pLeast); }
    I total = std::max(done, left);
    if (t) { t->cycles = total + q.overhead; t->reg = (q.kind == 0 ? 3 : 1) * t->macs; t->energy = energy(*t, t->cycles); }
    return total;
  }
  double energy(const Totals &t, I cycles) {
    auto whole = [](I b) { return (double)(up(b, 8) * 8); };
    double e = pr.mul * t.macs + pr.add * t.macs + pr.reg * t.reg;
    e += pr.bufr[0] * whole(q.bi * t.in) + pr.bufw[0] * whole(t.input - t.terms);
    e += pr.bufr[1] * whole(q.bw * t.we) + pr.bufw[1] * whole(t.weight);
    e += pr.bufr[2] * whole(q.ba * t.sr + t.output + t.terms) + pr.bufw[2] * whole(q.ba * t.sw + t.terms);
    e += pr.dr * (whole(t.input) + whole(t.weight)) + pr.dwr * whole(t.output);
    return e + pr.power * ((double)cycles / pr.clock) * 1e9;
  }
  // Totals in closed form, all but the cycles; `least` is what they are at least.
  struct PerP { I strips, rest, sumRows, maxRows; };
  PerP strip(I p) {
    PerP r; r.strips = up(pixels, p); r.rest = pixels - (r.strips - 1) * p; r.sumRows = 0; r.maxRows = 0;
    for (I f = 0; f < pixels; f += p) { I n = inputRows(f, std::min(p, pixels - f)); r.sumRows += n; r.maxRows = std::max(r.maxRows, n); }
    if (!q.exact) { I rows = std::min(up(p, ocols) + (p % ocols ? 1 : 0), orows); Axis a = q.r; a.before = a.after = 0; a.extent = (rows - 1) * a.stride + a.span();
      auto it = mostMemo.find(rows); I most; if (it != mostMemo.end()) most = it->second; else most = mostMemo[rows] = std::min(q.r.extent, a.read(0, rows - 1, q.gather != 0)); r.maxRows = most; }
    return r;
  }
  std::map<I, I> mostMemo;
  I sumAligned(I total, I part, I a) { I n = up(total, part); return (n - 1) * aligned(part, a) + aligned(total - (n - 1) * part, a); }
  void closed(const Map &m, const PerP &sp, Totals &t, I &least) {
    I blocks = up(q.K, m.k), parts = up(q.C, m.c), lastK = q.K - (blocks - 1) * m.k, lastC = q.C - (parts - 1) * m.c;
    memset(&t, 0, sizeof t);
    for (int a = 0; a < 2; a++) { I p = a ? sp.rest : m.p, na = a ? 1 : sp.strips - 1; if (!na) continue;
      for (int b = 0; b < 2; b++) { I k = b ? lastK : m.k, nb = b ? 1 : blocks - 1; if (!nb) continue;
        auto add = [&](I c, bool f, bool l, I n) { if (n <= 0) return; Exec e = execute(p, k, c, f, l); n *= na * nb; t.array += e.cycles * n; t.in += e.in * n; t.we += e.we * n; t.sr += e.sr * n; t.sw += e.sw * n; };
        if (parts == 1) add(lastC, true, true, 1); else { add(m.c, true, false, 1); add(m.c, false, false, parts - 2); add(lastC, false, true, 1); } } }
    t.array += drain;
    I chan = q.depthwise ? sumAligned(q.K, m.k, q.ali) : sumAligned(q.C, m.c, q.ali) * (m.ki ? 1 : blocks);
    t.terms = q.bi * q.terms; t.input = q.bi * sp.sumRows * readCols * chan + t.terms;
    t.weight = q.bw * q.K * q.C * taps * (m.kw ? 1 : sp.strips);
    I outs = sumAligned(q.K, m.k, q.alo);
    t.output = q.bo * (q.results < 0 ? pixels * outs : q.results / q.K * outs + q.vectors);
    t.macs = pixels * q.K * q.C * taps;
    I *f[] = {&t.array, &t.input, &t.weight, &t.output, &t.terms, &t.in, &t.we, &t.sr, &t.sw, &t.macs}; for (I *x : f) *x *= q.groups;
    t.reg = (q.kind == 0 ? 3 : 1) * t.macs; t.tiles = q.groups * sp.strips * blocks * parts;
    I in = transfer(t.input, q.rin, q.din), we = transfer(t.weight, q.rw, q.dw), out = transfer(t.output, q.ro, q.dou), te = transfer(t.terms, q.rin, q.din);
    I exposed = (q.ovi == 0 ? in : 0) + (q.ovw == 0 ? we : 0); (void)te;
    // The first tile's loads beside nothing, the last tile's store behind it.
    I p1 = std::min(m.p, pixels), w1 = transfer(q.bw * std::min(m.k, q.K) * m.c * taps, q.rw, q.dw), i1 = transfer(q.bi * inputRows(0, p1) * readCols * aligned(q.depthwise ? m.k : m.c, q.ali), q.rin, q.din);
    I head = (q.ovw ? w1 : 0) + (q.ovi == 1 ? i1 : 0);
    I tailStore = 0; if (q.ovo != 2 && q.results < 0) tailStore = transfer(q.bo * sp.rest * aligned(lastK, q.alo), q.ro, q.dou);
    least = t.array + exposed + head + tailStore;
    least = std::max(least, q.shared ? in + we + out : std::max(in + we, out));
    // Where the last tile waits for weights, all that is read comes before what it computes.
    if (q.ovw && (!m.kw || sp.strips == 1)) {
      I streamed = q.ovi == 2 ? transfer(q.bi * sp.maxRows * readCols * aligned(q.depthwise ? m.k : m.c, q.ali), q.rin, q.din) + 1 : 0;
      least = std::max(least, in + we - streamed + execute(sp.rest, lastK, lastC, parts == 1, true).cycles + drain + tailStore);
    }
  }
  bool fits(const Map &m, const PerP &sp, I heldAll) {
    bool partsCut = m.c < q.C;
    if (stays && partsCut && (m.p > gp || m.k > gk)) return false;
    auto input = [&](I rows, I c) { return q.bi * rows * readCols * aligned(c, q.ali); };
    I need[3][2];  // for a tile, to stay
    need[0][0] = input(sp.maxRows, q.depthwise ? m.k : m.c); need[0][1] = 0;
    if (m.ki) { if (q.depthwise) return false;
      if (m.order == 0) { I n = up(q.C, m.c); need[0][0] = (n - 1) * input(sp.maxRows, m.c) + input(sp.maxRows, q.C - (n - 1) * m.c); }
      else need[0][1] = heldAll; }
    need[1][0] = q.bw * m.k * m.c * taps; need[1][1] = 0;
    if (m.kw) { if (m.order == 0) need[1][1] = q.bw * q.K * q.C * taps; else need[1][0] = q.bw * m.k * q.C * taps; }
    need[2][0] = q.ba * m.p * m.k; need[2][1] = 0;
    I used[3] = {0, 0, 0};
    for (int o = 0; o < 3; o++) { I b = q.bufOf[o], n = std::max(need[o][0] * (q.bufPP[b] ? 2 : 1), need[o][1]);
      if (q.freeDivision) used[b] += n; else if (n > q.bufSize[b] / q.bufHolds[b]) return false; }
    if (q.freeDivision) for (int b = 0; b < 3; b++) if (used[b] > q.bufSize[b]) return false;
    return true;
  }
  void cuts(std::vector<I> &v, I n, I step, I unit, I row = 0) {
    std::set<I> s; s.insert(n);
    for (I i = 1; i <= n; i++) { I e = up(n, i); if (q.space & 1) s.insert(e); if (q.space & 4) s.insert(std::min(n, aligned(e, step)));
      }
    if (row && (q.space & 8)) for (I g = row; g < n; g += row) s.insert(g);
    if (q.space & 16) for (I g = 1; g <= n; g++) s.insert(g);
    if (q.space & 2) for (I g = step; g < n; g += step) s.insert(g);
    for (I x : s) v.push_back(x * unit);
  }
  void sizes(std::vector<I> &ps, std::vector<I> &ks, std::vector<I> &cs) {
    if (q.kind == 1) cuts(ps, orows, 1, ocols); else cuts(ps, pixels, gp, 1, ocols);
    cuts(ks, q.K, gk, 1); cuts(cs, q.C, gc, 1);
    if (q.space & 64) {
      auto add = [&](std::set<I> &s, I extent, I unit, I granule) { I units = up(extent, unit);
        for (I i = 1; i <= units; i++) { I e = std::min(extent, up(units, i) * unit); s.insert(e); if (unit < granule) s.insert(std::min(extent, aligned(e, granule))); } };
      std::set<I> P(ps.begin(), ps.end()), Ks(ks.begin(), ks.end()), Cs(cs.begin(), cs.end());
      I unit = q.kind == 1 ? ocols : 1; add(P, pixels, unit, gp); if (ocols % unit == 0) for (I r = 1; r <= orows; r++) P.insert(r * ocols);
      add(Ks, q.K, 1, gk); add(Cs, q.C, 1, gc);
      if (q.kind == 0 && !stays) { I n = up(q.C * taps, q.rows); for (I i = 1; i <= n; i++) { I c = std::min(q.C, up(n, i) * q.rows / taps); if (c > 0) Cs.insert(c); } }
      ps.assign(P.begin(), P.end()); ks.assign(Ks.begin(), Ks.end()); cs.assign(Cs.begin(), Cs.end());
    }
  }
  template <class F> void each(F f) {
    std::vector<I> ps, ks, cs; sizes(ps, ks, cs);
    for (I p : ps) { PerP sp = strip(p);
      for (I c : cs) {
        I n = up(q.C, c); PerP all = wholeStrip(); I heldAll = (n - 1) * (q.bi * all.maxRows * readCols * aligned(c, q.ali)) + q.bi * all.maxRows * readCols * aligned(q.C - (n - 1) * c, q.ali);
        for (I k : ks) for (I o = 0; o < 2; o++) {
          Map base{o, p, k, c, 0, 0}; if (!fits(base, sp, heldAll)) continue;
          if (q.exhaustive) { for (I a = 0; a < 2; a++) for (I b = 0; b < 2; b++) { Map m{o, p, k, c, a, b}; if (fits(m, sp, heldAll)) f(m, sp); } }
          else {  // keeping is never worse; with a divided buffer each may exclude the other
            Map m{o, p, k, c, 1, 1}; if (fits(m, sp, heldAll)) { f(m, sp); continue; }
            Map i{o, p, k, c, 1, 0}, w{o, p, k, c, 0, 1}; bool fi = fits(i, sp, heldAll), fw = fits(w, sp, heldAll);
            if (fi) f(i, sp); if (fw) f(w, sp); if (!fi && !fw) f(base, sp); } } } }
  }
  PerP whole_; bool hasWhole = false;
  PerP wholeStrip() { if (!hasWhole) { whole_ = strip(pixels); hasWhole = true; } return whole_; }
};
struct Key { double a; I b; I c; bool operator<(const Key &o) const { return a != o.a ? a < o.a : b != o.b ? b < o.b : c < o.c; } };
// objective 0 cycles 1 bytes 2 energy 3 edp
static Key key(int obj, I cycles, I moved, double e) {
  if (obj == 0) return {(double)cycles, moved, 0};
  if (obj == 1) return {(double)moved, cycles, 0};
  if (obj == 2) return {e, cycles, moved};
  return {e * (double)cycles, cycles, moved};
}
extern "C" {
int problem_size() { return sizeof(Problem) / sizeof(I); }
int totals_size() { return sizeof(Totals) / 8; }
int price_size() { return sizeof(Prices) / 8; }
void cost(const I *p, const double *pr, const I *map, void *out) {
  Model m; memcpy(&m.q, p, sizeof(Problem)); memcpy(&m.pr, pr, sizeof(Prices)); m.init();
  Map mp; memcpy(&mp, map, sizeof mp); m.walk(mp, INT64_MAX / 2, 0, (Totals *)out);
}
// closed forms against the walk: 0 when equal and least <= cycles
int agree(const I *p, const double *pr, const I *map) {
  Model m; memcpy(&m.q, p, sizeof(Problem)); memcpy(&m.pr, pr, sizeof(Prices)); m.init(); Map mp; memcpy(&mp, map, sizeof mp);
  Totals a, b; I least; m.walk(mp, INT64_MAX / 2, 0, &a); auto sp = m.strip(mp.p); m.closed(mp, sp, b, least);
  if (a.array != b.array) return 1; if (a.input != b.input) return 2; if (a.weight != b.weight) return 3; if (a.output != b.output) return 4;
  if (a.in != b.in || a.we != b.we || a.sr != b.sr || a.sw != b.sw || a.macs != b.macs || a.tiles != b.tiles) return 5;
  if (least + m.q.overhead > a.cycles) return 6; return 0;
}
// stats: 0 mappings that fit, 1 walked
int search(const I *p, const double *pr, int obj, I *outMap, void *out, I *stats) {
  Model m; memcpy(&m.q, p, sizeof(Problem)); memcpy(&m.pr, pr, sizeof(Prices)); m.init();
  struct Cand { Key k; Map m; I array; double e0; I in, we; };
  bool has = false; Key best{0, 0, 0}; Map bestMap{}; stats[0] = stats[1] = 0;
  I over = m.q.overhead;
  auto evaluate = [&](const Cand &c) {
    stats[1]++; I limit = INT64_MAX / 4;
    I moved = c.k.c;  // not used
    (void)moved;
    if (has) {
      if (obj == 0) limit = (I)best.a - over; else if (obj < 3 && c.k.a == best.a) limit = best.b - over; else if (obj == 3) limit = (I)(best.a / c.e0 * (1 + 1e-12)) + 1 - over; 
    }
    I cy = m.walk(c.m, limit, c.array, nullptr, c.in, c.we); if (cy > limit) return; cy += over;
    Totals t; I least; auto sp = m.strip(c.m.p); m.closed(c.m, sp, t, least);
    double e = m.energy(t, cy); Key k = key(obj, cy, t.input + t.weight + t.output, e);
    if (!has || k < best) { has = true; best = k; bestMap = c.m; }
  };
  const size_t seedCount = 64; std::vector<Cand> heap; auto worse = [](const Cand &a, const Cand &b) { return a.k < b.k; };
  auto consider = [&](const Map &mp, const Model::PerP &sp, Cand &c) {
    Totals t; I least; m.closed(mp, sp, t, least); double e = m.energy(t, least + over);
    if (t.tiles > (1 << 24)) return false;
    c.k = key(obj, least + over, t.input + t.weight + t.output, e); c.m = mp; c.array = t.array; c.e0 = e; c.in = t.input; c.we = t.weight; return true; };
  m.each([&](const Map &mp, const Model::PerP &sp) { stats[0]++; Cand c; if (!consider(mp, sp, c)) return;
    if (heap.size() < seedCount) { heap.push_back(c); std::push_heap(heap.begin(), heap.end(), worse); }
    else if (c.k < heap.front().k) { std::pop_heap(heap.begin(), heap.end(), worse); heap.back() = c; std::push_heap(heap.begin(), heap.end(), worse); } });
  if (heap.empty()) return 0;
  std::sort(heap.begin(), heap.end(), worse);
  for (auto &c : heap) if (!has || c.k < best) evaluate(c);
  if (heap.size() == seedCount && heap.back().k < best) {
    std::vector<Cand> rest; Key edge = heap.back().k;
    m.each([&](const Map &mp, const Model::PerP &sp) { Cand c; if (!consider(mp, sp, c)) return; if (!(c.k < edge) && c.k < best) rest.push_back(c); });
    std::sort(rest.begin(), rest.end(), worse);
    for (auto &c : rest) { if (!(c.k < best)) break; evaluate(c); }
  }
  memcpy(outMap, &bestMap, sizeof bestMap); m.walk(bestMap, INT64_MAX / 2, 0, (Totals *)out); return 1;
}
// Fewest bits over the six orders of the three loops. Of each operand what the loops from level h on sweep
// stays on chip, and comes again for each turn of a loop around one that changes it; sums that come again are
// written and read at accumulator width. Buffers divided freely. `cuts`: an array that keeps sums may cut channels anywhere.
int six(const I *p, int cuts, I *out) {
  Model m; memcpy(&m.q, p, sizeof(Problem)); m.init(); const Problem &q = m.q;
  std::vector<I> ps, ks, cs; m.sizes(ps, ks, cs); I best = INT64_MAX, whole = m.wholeStrip().maxRows;
  static const int orders[6][3] = {{0,1,2},{0,2,1},{1,0,2},{1,2,0},{2,0,1},{2,1,0}};  // 0 pixels 1 kernels 2 channels
  I rb = q.bi * m.readCols, twice[3]; for (int o = 0; o < 3; o++) twice[o] = q.bufPP[q.bufOf[o]] ? 2 : 1;
  for (I tp : ps) { auto sp = m.strip(tp);
    for (I k : ks) for (I c : cs) {
      I n[3] = {sp.strips, up(q.K, k), up(q.C, c)};
      I ca = q.depthwise ? m.aligned(k, q.ali) : m.aligned(c, q.ali), cAll = q.depthwise ? m.sumAligned(q.K, k, q.ali) : m.sumAligned(q.C, c, q.ali);
      bool dim[3][3] = {{true, (bool)q.depthwise, !q.depthwise}, {false, true, true}, {true, true, false}};
      I all[3] = {rb * sp.sumRows * cAll, q.bw * q.K * q.C * m.taps, 0}, outs = q.bo * m.pixels * m.sumAligned(q.K, k, q.alo);
      for (auto &ord : orders) {
        if (m.stays && n[2] > 1 && !cuts && (ord[2] != 2 || tp > m.gp || k > m.gk)) continue;
        I need[3][4], moved[3][4];
        for (int o = 0; o < 3; o++) for (int h = 0; h < 4; h++) {
          bool in[3] = {false, false, false}; for (int i = h; i < 3; i++) in[ord[i]] = true;
          bool replaced = false; I times = 1;
          for (int i = 0; i < h; i++) { int x = ord[i];
            if (dim[o][x]) { if (n[x] > 1) replaced = true; continue; }
            bool around = false; for (int j = i + 1; j < h; j++) if (dim[o][ord[j]] && n[ord[j]] > 1) around = true;
            if (around) times *= n[x]; }
          auto size = [&](bool a0, bool a1, bool a2) -> I {
            if (o == 0) return rb * (a0 ? whole : sp.maxRows) * ((q.depthwise ? a1 : a2) ? cAll : ca);
            if (o == 1) return q.bw * (a1 ? q.K : k) * (a2 ? q.C : c) * m.taps;
            return q.ba * (a0 ? m.pixels : tp) * (a1 ? q.K : k); };
          I part = size(in[0], in[1], in[2]), tile = size(false, false, false);
          need[o][h] = replaced || o == 2 ? twice[o] * part : std::max(twice[o] * tile, part);
          moved[o][h] = o == 2 ? 2 * (times - 1) * q.ba * m.pixels * q.K + outs : all[o] * times; }
        for (int a = 0; a < 4; a++) for (int b = 0; b < 4; b++) for (int d = 0; d < 4; d++) {
          I total = moved[0][a] + moved[1][b] + moved[2][d]; if (total >= best) continue;
          I used[3] = {0, 0, 0}; used[q.bufOf[0]] += need[0][a]; used[q.bufOf[1]] += need[1][b]; used[q.bufOf[2]] += need[2][d];
          bool ok = true; for (int x = 0; x < 3; x++) if (used[x] > q.bufSize[x]) ok = false; if (!ok) continue;
          best = total; I r[] = {ord[0], ord[1], ord[2], tp, k, c, a, b, d, moved[2][d] > outs}; memcpy(out + 1, r, sizeof r); } } } }
  if (best == INT64_MAX) return 0; out[0] = best * q.groups; return 1;
}
// every mapping that fits, walked; the best of each objective, keys by walk only
int brute(const I *p, const double *pr, I *outMaps, void *outs, I *stats) {
  Model m; memcpy(&m.q, p, sizeof(Problem)); memcpy(&m.pr, pr, sizeof(Prices)); m.q.exhaustive = 1; m.init();
  bool has = false; Key best[4]; Map bm[4]; stats[0] = 0; Totals bt[4];
  m.each([&](const Map &mp, const Model::PerP &) { stats[0]++; Totals t; m.walk(mp, INT64_MAX / 2, 0, &t);
    for (int o = 0; o < 4; o++) { Key k = key(o, t.cycles, t.input + t.weight + t.output, t.energy); if (!has || k < best[o]) best[o] = k, bm[o] = mp, bt[o] = t; } has = true; });
  if (has) memcpy(outMaps, bm, sizeof bm), memcpy(outs, bt, sizeof bt); return has;
}
}
