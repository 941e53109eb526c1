// A browser without a window: follows redirects from the address it is started with, as a navigation does.
import { get } from 'node:http';
import { get as getSecurely } from 'node:https';

function visit(url) {
  const open = url.startsWith('https:') ? getSecurely : get;
  open(url, (answer) => {
    answer.resume();
    const { location } = answer.headers;
    if (location) visit(new URL(location, url).href);
    else process.exitCode = answer.statusCode === 200 ? 0 : 1;
  });
}

visit(process.argv[2]);
