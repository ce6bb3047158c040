/// The style sheet of HTML reports, pictures apart.
enum HTMLStyle {
  /// Light, dark and printed.
  static let sheet = """
    :root{--ink:#1c1c1e;--soft:#5b5b62;--line:#e0e0e6;--paper:#ffffff;--ground:#f5f5f8;\
    --accent:#005f96;--warm:#8a4b00;--warm-ground:#fff4e0}
    @media screen and (prefers-color-scheme:dark){:root{--ink:#ececf1;--soft:#a9a9b4;\
    --line:#33333a;--paper:#1a1a1e;--ground:#111114;--accent:#6ab8ea;--warm:#ffc46b;\
    --warm-ground:#33260f}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--ground);color:var(--ink);line-height:1.45;\
    font:15px/1.45 system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
    header,main{max-width:1180px;margin:0 auto;padding:0 20px}
    header{padding-top:28px}
    .tool{margin:0;color:var(--soft);font-size:13px;letter-spacing:.04em}
    h1{margin:2px 0 12px;font-size:26px;line-height:1.25;overflow-wrap:anywhere}
    h2{margin:0 0 4px;font-size:16px}
    a{color:var(--accent)}
    .alert{display:inline-block;margin:0 0 12px;padding:3px 10px;border-radius:6px;\
    background:var(--warm-ground);color:var(--warm);font-size:13px}
    .alert a{color:inherit}
    section{margin:0 0 24px}
    .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(260px,1fr));gap:8px 24px;\
    margin:0 0 10px}
    .facts.wide{grid-template-columns:1fr}
    .facts.wide div{display:grid;grid-template-columns:minmax(120px,220px) 1fr;gap:0 16px}
    .facts.wide dd{grid-column:2}
    dt{color:var(--soft);font-size:13px}
    dd{margin:0;overflow-wrap:anywhere}
    details{font-size:13px;color:var(--soft)}
    summary{cursor:pointer}
    pre,code{font:12px/1.5 ui-monospace,"SFMono-Regular",Menlo,Consolas,monospace}
    pre{margin:6px 0;white-space:pre-wrap;overflow-wrap:anywhere;color:var(--ink)}
    .inputs{margin:0;padding-left:18px}
    code{overflow-wrap:anywhere}
    .headline{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));gap:14px}
    .card,figure,.scroll,.warnings{background:var(--paper);border:1px solid var(--line);\
    border-radius:10px}
    .card{padding:12px 16px}
    .card p{margin:0;overflow-wrap:anywhere}
    .what{color:var(--soft);font-size:13px}
    .figure{font-size:25px;font-weight:600;font-variant-numeric:tabular-nums;line-height:1.3}
    .aside{color:var(--soft);font-size:13px}
    .pictures{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:16px}
    figure{margin:0;padding:14px 16px 8px;min-width:0}
    figure.full{grid-column:1/-1}
    figcaption p{margin:0 0 8px;color:var(--soft);font-size:13px}
    .empty{padding:24px 0;color:var(--soft)}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums}
    th,td{padding:4px 12px;text-align:right;white-space:nowrap;font-weight:400}
    th.text,td.text{text-align:left}
    thead th{border-bottom:1px solid var(--line);position:sticky;top:0;background:var(--paper)}
    tbody tr:nth-child(even){background:color-mix(in srgb,var(--ground) 60%,var(--paper))}
    tfoot th,tfoot td{border-top:1px solid var(--line);font-weight:600}
    button{all:unset;cursor:pointer;font-weight:600;color:var(--ink)}
    button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
    th[aria-sort=ascending] button::after{content:" \\25b4"}
    th[aria-sort=descending] button::after{content:" \\25be"}
    .warnings{padding:14px 20px}
    .warnings ul{margin:0;padding-left:18px}
    .fault{padding:14px 20px;border-radius:10px;background:var(--warm-ground);color:var(--warm)}
    #tip{position:fixed;z-index:9;max-width:340px;padding:6px 10px;border-radius:6px;\
    background:var(--ink);color:var(--paper);font-size:12.5px;white-space:pre-line;\
    pointer-events:none;overflow-wrap:anywhere}
    #tip[hidden]{display:none}
    @media (max-width:900px){.pictures{grid-template-columns:minmax(0,1fr)}\
    .half .chart{max-width:660px;margin:0 auto}}
    @media print{body{background:none;font-size:11pt}\
    .card,figure,tr{break-inside:avoid}.scroll{overflow:visible}thead th{position:static}\
    header,main{max-width:none;padding:0}}

    """
}
