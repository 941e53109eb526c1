/** The one look of every page: for reading (`.reading`) and for signing in (`.sign-in`, one card). */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#eef1f5, #12161b); --surface: light-dark(#fff, #1c2229);
  --ink: light-dark(#17202a, #e9edf2); --quiet: light-dark(#525d69, #a9b4c0);
  --line: light-dark(#cfd7e0, #3a4551); --field: light-dark(#75808c, #7d8995);
  --accent: light-dark(#0b5cad, #86bdf7); --accent-deep: light-dark(#084a8c, #a9d0fa); --on-accent: light-dark(#fff, #0a1826);
  --alarm: light-dark(#a4161a, #ffb3ad); --alarm-ground: light-dark(#fdf0ef, #3a1d1e);
  --notice: light-dark(#6b4700, #f5cd7d); --notice-ground: light-dark(#fff7e0, #33290f);
  --good: light-dark(#146c3c, #8fdcae); --good-ground: light-dark(#ecf8f1, #12301f);
}
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.55 system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif; color: var(--ink); background: var(--surface); }
h1 { font-size: 1.6rem; line-height: 1.25; font-weight: 650; margin: 0 0 .5rem; text-wrap: balance; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; line-height: 1.3; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; } a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
code, pre { font: .9em/1.5 ui-monospace, 'Cascadia Mono', Menlo, monospace; } code { overflow-wrap: anywhere; }
pre { border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; } .scroll { overflow-x: auto; }
.reading main { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
.reading td:first-child { white-space: nowrap; }
.sign-in { background: var(--ground); min-height: 100vh; display: grid; grid-template: 1fr auto / minmax(0, 1fr); }
.sign-in main { align-self: center; justify-self: center; width: 100%; max-width: 27.5rem; padding: 2.25rem 2.5rem 2.5rem; margin: 1.5rem 0; background: var(--surface); border: 1px solid var(--line); border-radius: 14px; box-shadow: 0 1px 2px #0000000f, 0 10px 30px #00000012; }
.sign-in footer { padding: 0 1.25rem 1.25rem; text-align: center; font-size: .85rem; color: var(--quiet); }
.brand { display: flex; align-items: center; gap: .55rem; margin: 0 0 1.5rem; font-size: .95rem; font-weight: 600; }
.brand svg { flex: none; width: 1.5rem; height: 1.5rem; color: var(--accent); }
.brand span { color: var(--quiet); font-weight: 400; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); } .small { font-size: .9rem; }
form { margin: 1.25rem 0 0; } form + form { margin-top: .85rem; }
label, legend { display: block; font-weight: 600; margin: 1rem 0 .3rem; padding: 0; }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
.hint { margin: 0 0 .35rem; font-size: .9rem; color: var(--quiet); }
input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--field); border-radius: 8px; }
[aria-invalid=true] { border-color: var(--alarm); border-width: 2px; }
input.code { font: 1.35rem/1.4 ui-monospace, 'Cascadia Mono', Menlo, monospace; letter-spacing: .18em; }
.check { display: flex; gap: .65rem; align-items: flex-start; font-weight: 400; margin-top: 1.25rem; }
.check input { flex: none; width: 1.25rem; height: 1.25rem; margin: .15rem 0 0; accent-color: var(--accent); }
.actions { display: flex; flex-wrap: wrap; gap: .65rem; margin-top: 1.5rem; }
button, .button { flex: 1 1 8rem; min-height: 2.75rem; padding: .5rem 1.1rem; font: inherit; font-weight: 600; line-height: 1.5; text-align: center; text-decoration: none; border-radius: 8px; border: 1px solid var(--field); color: var(--ink); background: var(--surface); cursor: pointer; }
button:hover, .button:hover { border-color: var(--accent); color: var(--accent); }
button.primary, .button.primary { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
button.primary:hover, .button.primary:hover { background: var(--accent-deep); border-color: var(--accent-deep); color: var(--on-accent); }
button.plain { flex: none; min-height: 0; padding: .25rem 0; border: 0; background: none; color: var(--accent); font-weight: 400; text-decoration: underline; text-underline-offset: .15em; }
.choices { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
.choices li { border-bottom: 1px solid var(--line); }
.choices button { display: block; width: 100%; padding: .7rem .5rem; border: 0; border-radius: 6px; background: none; text-align: left; font-weight: 600; overflow-wrap: anywhere; }
.choices small { display: block; font-size: .9rem; font-weight: 400; color: var(--quiet); }
.account { display: inline-block; max-width: 100%; margin: .35rem 0 .75rem; padding: .2rem .75rem; border: 1px solid var(--line); border-radius: 999px; font-size: .9rem; overflow-wrap: anywhere; }
.alarm, .notice { margin: 0 0 1rem; padding: .7rem .9rem; border-left: 4px solid; border-radius: 6px; overflow-wrap: anywhere; }
.alarm { color: var(--alarm); background: var(--alarm-ground); } .notice { color: var(--notice); background: var(--notice-ground); }
.alarm a { color: inherit; } h1 + .alarm, .quiet + .alarm { margin-top: 1rem; } .alarm p, .notice p { margin: 0; } .alarm p + p { margin-top: .35rem; }
.permissions { margin: .75rem 0 0; padding: 0; list-style: none; }
.permissions li { padding: .55rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; } .permissions li:last-child { border-bottom: 1px solid var(--line); }
.permissions code { display: block; color: var(--quiet); }
.qr { display: block; width: 100%; max-width: 12.5rem; height: auto; margin: 1rem auto; padding: .6rem; background: #fff; border: 1px solid var(--line); border-radius: 8px; }
.facts { margin: 1.25rem 0 0; font-size: .9rem; } .facts div { padding: .35rem 0; border-top: 1px solid var(--line); }
.facts dt { color: var(--quiet); } .facts dd { margin: 0; overflow-wrap: anywhere; }
.permissions + .small { margin-top: 1rem; } .whole { white-space: nowrap; }
@media (max-width: 30rem) {
  .sign-in main { align-self: start; max-width: none; margin: 0 0 1rem; padding: 1.5rem 1.25rem 2rem; border-width: 0 0 1px; border-radius: 0; box-shadow: none; }
  .reading main { padding-top: 1.5rem; } .reading td, .reading td:first-child { white-space: normal; } .reading td:last-child { overflow-wrap: anywhere; } .reading td:not(:last-child) code { overflow-wrap: normal; } h1 { font-size: 1.4rem; }
}
@media (forced-colors: active) { button, .button, .sign-in main { border-width: 2px; } }
`;
