import type { Grammar, OptionGrammar, Taken } from '../grammar.ts';

/**
 * Completion for PowerShell 5.1 and later. The script is ASCII: Windows PowerShell reads files without a mark in the
 * machine's own code page.
 */
export const powershellCompletion = ({
  verbs,
  options,
}: Grammar): string => `# PowerShell completion for partner-auth. In $PROFILE:
# partner-auth completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName 'partner-auth' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $verbs = [ordered]@{
${verbs.map(({ name, summary }) => `        ${quoted(name)} = ${quoted(summary)}`).join('\n')}
    }
    # For each verb its options: the text shown, and what the option takes ($null for a switch).
    $options = @{
        '' = ${optionTable(options)}
${verbs.map((verb) => `        ${quoted(verb.name)} = ${optionTable(verb.options)}`).join('\n')}
    }
    $arguments = @{
${verbs
  .filter(({ positionals }) => positionals.length > 0)
  .map(
    ({ name, positionals }) =>
      `        ${quoted(name)} = @(${positionals
        .flatMap(({ takes }) => valuesOf(takes))
        .map(quoted)
        .join(', ')})`,
  )
  .join('\n')}
    }

    $verb = ''
    $waiting = $null
    foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
        if ($element.Extent.EndOffset -ge $cursorPosition) { break }
        $word = $element.Extent.Text
        if ($null -ne $waiting) { $waiting = $null; continue }
        if ($word.StartsWith('-')) {
            $known = $options[$verb][$word]
            if ($known -and $null -ne $known.Takes) { $waiting = $known.Takes }
        }
        elseif ($verb -eq '' -and $verbs.Contains($word)) { $verb = $word }
    }

    $candidates = if ($null -ne $waiting) { $waiting | ForEach-Object { @{ Text = $_; Tip = $_; Type = 'ParameterValue' } } }
    elseif ($wordToComplete.StartsWith('-')) {
        $options[$verb].GetEnumerator() | Sort-Object Key | ForEach-Object { @{ Text = $_.Key; Tip = $_.Value.Tip; Type = 'ParameterName' } }
    }
    elseif ($verb -eq '') {
        $verbs.GetEnumerator() | ForEach-Object { @{ Text = $_.Key; Tip = $_.Value; Type = 'Command' } }
    }
    else { $arguments[$verb] | Where-Object { $_ } | ForEach-Object { @{ Text = $_; Tip = $_; Type = 'ParameterValue' } } }

    # Nothing offered: PowerShell completes files.
    $candidates | Where-Object { $_.Text -like "$wordToComplete*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_.Text, $_.Text, $_.Type, $_.Tip)
    }
}
`;

const optionTable = (options: readonly OptionGrammar[]): string =>
  `@{\n${options.flatMap(optionLines).join('\n')}\n        }`;

const optionLines = ({ names, description, takes }: OptionGrammar): readonly string[] =>
  names.map((name) => {
    const values = takes.kind === 'nothing' ? '$null' : `@(${valuesOf(takes).map(quoted).join(', ')})`;
    return `            ${quoted(name)} = @{ Tip = ${quoted(description)}; Takes = ${values} }`;
  });

const valuesOf = (takes: Taken): readonly string[] => (takes.kind === 'values' ? takes.values : []);

const plain: Readonly<Record<string, string>> = {
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '…': '...',
  '→': '->',
  '–': '-',
};

const quoted = (text: string): string =>
  `'${text.replace(/[^\x20-\x7e]/g, (character) => plain[character] ?? '?').replaceAll("'", "''")}'`;
