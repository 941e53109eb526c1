// Prints the manual page from the tables of the command.
import { readGrammar } from '../src/cli/grammar.ts';
import { manPage } from '../src/cli/man-page.ts';
import { packageVersion } from '../src/cli/program.ts';

process.stdout.write(manPage(await readGrammar(), packageVersion()));
