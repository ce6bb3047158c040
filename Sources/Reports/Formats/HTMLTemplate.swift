/// The page of HTML reports; part of the program, which thus works wherever it is copied.
enum HTMLTemplate {
  /// Mustache: two braces escape, three take markup that is safe already.
  static let text = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="{{{policy}}}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    {{#isServed}}<meta name="version" content="{{version}}">{{/isServed}}
    <title>{{title}}</title>
    <style>{{{style}}}</style>
    </head>
    <body>
    <header>
    <p class="tool">Umemaki report{{#isServed}} <span id="connection" role="status"></span>{{/isServed}}</p>
    <h1 dir="auto">{{title}}</h1>
    {{#hasWarnings}}<p class="alert"><a href="#warnings">{{warningCount}}</a> below</p>{{/hasWarnings}}
    </header>
    <main>
    <section aria-label="What was run">
    <dl class="facts">
    {{#facts}}
    <div><dt dir="auto">{{name}}</dt>{{#lines}}<dd dir="auto">{{text}}</dd>{{/lines}}</div>
    {{/facts}}
    </dl>
    {{#provenance}}
    <details>
    <summary>Provenance</summary>
    <p>umemaki {{version}}{{#hasSeed}}, seed {{seed}}{{/hasSeed}}</p>
    <pre dir="auto">{{command}}</pre>
    <ul class="inputs">
    {{#inputs}}
    <li><bdi>{{path}}</bdi> <code>{{digest}}</code></li>
    {{/inputs}}
    </ul>
    </details>
    {{/provenance}}
    </section>
    <section aria-label="Headline" class="headline">
    {{#headline}}
    <div class="card"><p class="what" dir="auto">{{name}}</p><p class="figure" dir="auto">{{value}}</p><p class="aside" dir="auto">{{note}}</p></div>
    {{/headline}}
    </section>
    {{#hasCharts}}
    <section aria-label="Pictures" class="pictures">
    {{#charts}}
    <figure class="{{width}}" id="chart-{{name}}">
    <figcaption><h2 dir="auto">{{title}}</h2><p dir="auto">{{caption}}</p></figcaption>
    {{#isEmpty}}<p class="empty">{{sentence}}</p>{{/isEmpty}}
    {{{drawing}}}
    </figure>
    {{/charts}}
    </section>
    {{/hasCharts}}
    {{#hasPoints}}
    <section id="explore" aria-labelledby="explore-title" hidden>
    <h2 id="explore-title">Explore</h2>
    <p class="aside">Drag over a picture to select, click a point to pick it; the selection holds in all pictures and in both tables, and stands in the address. {{pointNote}}</p>
    </section>
    {{/hasPoints}}
    {{#hasConclusions}}
    <section>
    <h2>Findings</h2>
    <dl class="facts wide">
    {{#conclusions}}
    <div><dt dir="auto">{{name}}</dt>{{#lines}}<dd dir="auto">{{text}}</dd>{{/lines}}</div>
    {{/conclusions}}
    </dl>
    </section>
    {{/hasConclusions}}
    {{#hasRows}}
    <section>
    <h2>Table</h2>
    <div class="scroll">
    <table>
    <thead><tr>{{#columns}}<th scope="col" class="{{kind}}"><button type="button">{{heading}}</button></th>{{/columns}}</tr></thead>
    <tbody>
    {{#rows}}
    <tr>{{#first}}<th scope="row" class="{{kind}}" data-key="{{key}}" dir="auto">{{text}}</th>{{/first}}{{#rest}}<td class="{{kind}}" data-key="{{key}}" dir="auto">{{text}}</td>{{/rest}}</tr>
    {{/rows}}
    </tbody>
    {{#hasTotal}}
    <tfoot>{{#total}}<tr>{{#first}}<th scope="row" class="{{kind}}" dir="auto">{{text}}</th>{{/first}}{{#rest}}<td class="{{kind}}" dir="auto">{{text}}</td>{{/rest}}</tr>{{/total}}</tfoot>
    {{/hasTotal}}
    </table>
    </div>
    </section>
    {{/hasRows}}
    {{#hasWarnings}}
    <section id="warnings" class="warnings">
    <h2>Warnings</h2>
    <ul>
    {{#warnings}}
    <li dir="auto">{{text}}</li>
    {{/warnings}}
    </ul>
    </section>
    {{/hasWarnings}}
    </main>
    <div id="tip" role="status" hidden></div>
    {{#hasPoints}}
    <script type="application/json" id="points">{{{points}}}</script>
    {{/hasPoints}}
    <script>{{{script}}}</script>
    </body>
    </html>

    """
}
