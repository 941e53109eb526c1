import { styleOf } from '../../http/page.ts';

/** What the console's layout has besides the look of every page: a bar above, the pages at the side, the content. */
export const consoleStyle = styleOf(`
.console { display: grid; grid-template: 'bar bar' auto 'side main' 1fr / 15.5rem minmax(0, 1fr); min-height: 100vh; background: var(--ground); }
.console main { grid-area: main; width: 100%; max-width: 72rem; padding: 2rem 2.25rem 4rem; }
.skip { position: absolute; left: -100vw; } .skip:focus { left: .75rem; top: .75rem; z-index: 2; padding: .5rem .9rem; border-radius: 8px; background: var(--surface); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.bar { grid-area: bar; display: flex; flex-wrap: wrap; align-items: center; gap: .6rem 1.25rem; padding: .6rem 1.25rem; background: var(--surface); border-bottom: 1px solid var(--line); }
.bar .brand { margin: 0; color: inherit; text-decoration: none; } .bar .brand:hover { color: var(--accent); }
.bar form { margin: 0; } .find { display: flex; flex: 1 1 16rem; max-width: 30rem; gap: .4rem; }
.bar input, .bar button, .bar .button { min-height: 2.4rem !important; padding: .3rem .75rem !important; } .find button { flex: none; }
.bar .gear { display: inline-flex; align-items: center; gap: .4rem; flex: none; text-decoration: none; color: inherit; padding: .4rem .6rem; border-radius: 8px; }
.gear svg { width: 1.25rem; height: 1.25rem; } .gear:hover { color: var(--accent); } .gear[aria-current] { background: var(--ground); font-weight: 600; }
.me { display: flex; align-items: center; gap: .75rem; margin-left: auto; font-size: .9rem; min-width: 0; }
.me > span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--quiet); } .me button { flex: none; font-size: .9rem; white-space: nowrap; }
.side { grid-area: side; padding: 1.25rem .75rem; border-right: 1px solid var(--line); }
.pages { list-style: none; margin: 0; padding: 0; display: grid; gap: .15rem; }
.pages a { display: block; padding: .5rem .75rem; border-radius: 8px; border-left: 3px solid transparent; color: inherit; text-decoration: none; }
.pages a:hover { background: var(--surface); } .pages a[aria-current] { background: var(--surface); border-left-color: var(--accent); font-weight: 600; }
.menu { display: none; } .menu summary { padding: .5rem .75rem; border: 1px solid var(--field); border-radius: 8px; cursor: pointer; font-weight: 600; }
.trail { margin: 0 0 .4rem; font-size: .9rem; } .trail ol { list-style: none; display: flex; flex-wrap: wrap; gap: .15rem .5rem; margin: 0; padding: 0; }
.trail li + li::before { content: '/' / ''; margin-right: .5rem; color: var(--quiet); }
.beneath { margin-top: 1rem; } .card h3 { margin: 0; font-size: 1.05rem; } .card h3 + code { color: var(--quiet); } .joined button { flex: none; } .console .lead { max-width: 46rem; color: var(--quiet); }
.card { max-width: 46rem; margin: 1.25rem 0 0; padding: 1.5rem 1.75rem 1.75rem; background: var(--surface); border: 1px solid var(--line); border-radius: 12px; }
.card > :first-child { margin-top: 0; } .card > h2 { margin-bottom: .35rem; } .card.wide { max-width: none; } .card form:first-child { margin-top: 0; }
.console .actions > * { flex: 0 1 auto; } .commands { display: flex; flex-wrap: wrap; align-items: end; gap: .65rem; margin: 1.25rem 0 0; } .commands > * { flex: 0 1 auto; }
.commands form { margin: 0; } .commands .find { flex: 1 1 18rem; } .find label { margin: 0; }
.console table { margin: 1rem 0 0; background: var(--surface); border: 1px solid var(--line); border-radius: 12px; border-collapse: separate; border-spacing: 0; }
.console th, .console td { padding: .65rem 1rem; overflow-wrap: break-word; } .console td small, .console td code, .console th small { overflow-wrap: anywhere; } .console tbody tr:last-child > * { border-bottom: 0; }
.console thead th { font-size: .85rem; color: var(--quiet); } .console td small, .console th small { display: block; font-size: .9rem; font-weight: 400; color: var(--quiet); }
.console td form { margin: 0; } td.end, th.end { text-align: right; } td button { min-height: 2.2rem; padding: .2rem .6rem; font-weight: 400; font-size: .9rem; white-space: nowrap; }
.badge { display: inline-block; padding: .05rem .55rem; border: 1px solid currentColor; border-radius: 999px; font-size: .85rem; white-space: nowrap; }
.badge.good { color: var(--good); } .badge.off, .badge.missing { color: var(--notice); }
.pager { display: flex; flex-wrap: wrap; align-items: center; gap: .65rem; margin: 1rem 0 0; } .pager > * { flex: none; } .pager .button { min-height: 2.4rem; padding: .3rem .9rem; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: 1rem; margin: 1.25rem 0 0; padding: 0; list-style: none; }
.grid li { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; padding: 1.1rem 1.25rem; } .grid a { font-weight: 600; } .grid p { margin: .3rem 0 0; color: var(--quiet); font-size: .95rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr)); gap: 0 1.25rem; }
.joined { display: flex; align-items: center; gap: .5rem; } .joined input { flex: 1 1 auto; min-width: 0; } .joined select, .joined span { flex: 0 1 auto; width: auto; }
.console .check { margin-top: .85rem; max-width: 46rem; } .check label { margin: 0; font-weight: 400; } .check small { display: block; color: var(--quiet); font-size: .9rem; } .console fieldset { margin-top: 1.75rem; } .console legend { margin: 0; font-size: 1.05rem; } .card form > input:first-child + * { margin-top: 0; } .card form:first-child > fieldset:first-child { margin-top: 0; }
.wrong { margin: .35rem 0 0; color: var(--alarm); font-size: .9rem; } .alarm ul { margin: 0; padding-left: 1.1rem; }
.good { color: var(--good); } .done { margin: 1rem 0; padding: .7rem .9rem; border-left: 4px solid; border-radius: 6px; color: var(--good); background: var(--good-ground); max-width: 46rem; } .done p { margin: 0; } .console .alarm, .console .notice { max-width: 46rem; }
.once { max-width: 46rem; margin: 1rem 0 0; padding: 1rem 1.25rem; border: 2px solid var(--accent); border-radius: 12px; } .once dt, .known dt { font-size: .9rem; color: var(--quiet); } .once dd, .known dd { margin: 0 0 .75rem; overflow-wrap: anywhere; } .once dd:last-child { margin: 0; }
.once + .notice { margin-top: 1rem; } .once code { font-size: 1.15rem; user-select: all; } .known { margin: 0 0 -.75rem; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 0 1.5rem; } .known code { user-select: all; }
.checks { list-style: none; margin: .75rem 0 0; padding: 0; } .checks li { display: grid; grid-template-columns: 7.5rem minmax(0, 1fr); gap: .25rem 1rem; padding: .55rem 0; border-top: 1px solid var(--line); } .checks .badge { justify-self: start; align-self: start; } .checks small { display: block; color: var(--quiet); font-size: .9rem; overflow-wrap: anywhere; } .checks .notReached { color: var(--quiet); } .checks .stopped { font-weight: 600; }
.badge.refusal { color: var(--alarm); } .badge.quiet { color: var(--quiet); } .live { margin: 1rem 0 0; font-size: .9rem; color: var(--quiet); } .refused { border-left: 4px solid var(--alarm); } .told dt { font-size: .9rem; color: var(--quiet); } .told dd { margin: 0 0 .75rem; overflow-wrap: anywhere; } .card .sent { margin-top: .75rem; }
.manage p { margin: 1.25rem 0 -.75rem; font-size: .85rem; font-weight: 600; color: var(--quiet); }
.tabs { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1.25rem 0 0; padding: 0; border-bottom: 1px solid var(--line); } .tabs a { display: block; padding: .5rem .1rem; color: inherit; text-decoration: none; border-bottom: 3px solid transparent; } .tabs a[aria-current] { border-bottom-color: var(--accent); font-weight: 600; } .tabs a:hover { color: var(--accent); }
.beside { display: grid; grid-template-columns: minmax(0, 1fr) minmax(20rem, 27rem); gap: 1.75rem; align-items: start; } .panel { padding: 1.25rem 1.5rem 1.75rem; background: var(--surface); border: 1px solid var(--line); border-radius: 12px; box-shadow: 0 10px 30px #0000001f; } .panel h2 { margin: 0; } .beside { margin-top: 1.25rem; } .beside .wider { display: none; } .beside table:first-child { margin-top: 0; }
.narrow { display: none !important; }
@media (max-width: 60rem) { .console { grid-template: 'bar' auto 'menu' auto 'main' 1fr / minmax(0, 1fr); } .console main { padding: 1.25rem 1.25rem 3rem; } .side { display: none; } .menu { display: block; grid-area: menu; padding: .75rem 1.25rem 0; } .menu nav, .menu p { margin: .5rem 0 0; } .beside { grid-template-columns: minmax(0, 1fr); } .beside > .panel { order: -1; } }
@media (max-width: 40rem) { .narrow { display: block !important; } .checks li { grid-template-columns: minmax(0, 1fr); } .console main { padding: 1.25rem 1rem 3rem; } .wider { display: none; } .badge { white-space: normal; border-radius: 10px; } .joined { flex-wrap: wrap; } .joined input, .joined select { flex: 1 1 11rem; } .bar { gap: .6rem .4rem; padding: .6rem .9rem; } .bar .brand { gap: .4rem; font-size: .9rem; } .me { gap: .25rem; } .me button { padding: .3rem .6rem !important; } .me > span, .gear span { display: none; } .gear svg { width: 1.5rem; height: 1.5rem; } .find { flex-basis: 100%; max-width: none; order: 3; } .card { padding: 1.1rem 1.1rem 1.35rem; } .console th, .console td { padding: .6rem .4rem; overflow-wrap: anywhere; } .console thead th { overflow-wrap: normal; } .console .actions > * { flex: 1 1 100%; } }
@media (forced-colors: active) { .pages a[aria-current], .tabs a[aria-current] { outline: 2px solid; } }
`);
